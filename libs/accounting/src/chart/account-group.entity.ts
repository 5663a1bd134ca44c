import { Column, Entity, PrimaryColumn } from 'typeorm';

export const NATURES = ['asset', 'liability', 'equity', 'income', 'expense'] as const;
export type Nature = (typeof NATURES)[number];

/** A group of ledgers; groups stand under groups, and each has the nature of the one it stands under. */
@Entity('account_groups')
export class AccountGroup {
  @PrimaryColumn('bigint', { unsigned: true }) id: string;
  @Column('varchar', { length: 120 }) name: string;
  @Column('bigint', { name: 'parent_id', unsigned: true, nullable: true }) parentId: string | null;
  @Column('enum', { enum: NATURES }) nature: Nature;
  /** direct: above the line of gross profit */
  @Column('boolean', { name: 'affects_gross_profit' }) affectsGrossProfit: boolean;
  @Column('boolean', { name: 'is_reserved' }) isReserved: boolean;
  /** stable name of a seeded group, so that rules hold after it is renamed */
  @Column('varchar', { name: 'reserved_code', length: 40, nullable: true }) reservedCode: string | null;
  @Column('int', { name: 'sort_order' }) sortOrder: number;
  @Column('int', { unsigned: true }) version: number;
  @Column({ type: 'datetime', name: 'created_at', precision: 6, insert: false, update: false }) createdAt: Date;
  @Column({ type: 'datetime', name: 'updated_at', precision: 6, insert: false, update: false }) updatedAt: Date;
}
