import { Column, Entity, PrimaryColumn } from 'typeorm';

export const VALUATIONS = ['fifo', 'weighted_average'] as const;
export type Valuation = (typeof VALUATIONS)[number];

/** What quantities are counted in. */
@Entity('stock_units')
export class StockUnit {
  @PrimaryColumn('bigint', { unsigned: true }) id: string;
  @Column('varchar', { length: 120 }) name: string;
  /** digits after the point of a quantity */
  @Column('tinyint', { unsigned: true }) decimals: number;
  @Column('int', { unsigned: true }) version: number;
  @Column({ type: 'datetime', name: 'created_at', precision: 6, insert: false, update: false }) createdAt: Date;
}

/** A place where stock lies. */
@Entity('stock_godowns')
export class Godown {
  @PrimaryColumn('bigint', { unsigned: true }) id: string;
  @Column('varchar', { length: 120 }) name: string;
  @Column('int', { unsigned: true }) version: number;
  @Column({ type: 'datetime', name: 'created_at', precision: 6, insert: false, update: false }) createdAt: Date;
}

/** What is bought, kept and sold. */
@Entity('stock_items')
export class StockItem {
  @PrimaryColumn('bigint', { unsigned: true }) id: string;
  @Column('varchar', { length: 120 }) name: string;
  @Column('bigint', { name: 'unit_id', unsigned: true }) unitId: string;
  @Column('enum', { enum: VALUATIONS }) valuation: Valuation;
  @Column('boolean', { name: 'is_active' }) isActive: boolean;
  @Column('int', { unsigned: true }) version: number;
  @Column({ type: 'datetime', name: 'created_at', precision: 6, insert: false, update: false }) createdAt: Date;
}
