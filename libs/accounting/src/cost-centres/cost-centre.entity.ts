import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A way of dividing the books: by department, by region, by project. Each entry may be divided in every one of them. */
@Entity('cost_categories')
export class CostCategory {
  @PrimaryColumn('bigint', { unsigned: true }) id: string;
  @Column('varchar', { length: 120 }) name: string;
  @Column('int', { unsigned: true }) version: number;
  @Column({ type: 'datetime', name: 'created_at', precision: 6, insert: false, update: false }) createdAt: Date;
}

/** What parts of entries belong to; centres stand under centres of the same category. */
@Entity('cost_centres')
export class CostCentre {
  @PrimaryColumn('bigint', { unsigned: true }) id: string;
  @Column('varchar', { length: 120 }) name: string;
  @Column('bigint', { name: 'category_id', unsigned: true }) categoryId: string;
  @Column('bigint', { name: 'parent_id', unsigned: true, nullable: true }) parentId: string | null;
  @Column('boolean', { name: 'is_active' }) isActive: boolean;
  @Column('int', { unsigned: true }) version: number;
  @Column({ type: 'datetime', name: 'created_at', precision: 6, insert: false, update: false }) createdAt: Date;
}
