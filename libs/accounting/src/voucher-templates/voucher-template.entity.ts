import { Column, Entity, PrimaryColumn } from 'typeorm';
import { FREQUENCIES, type Frequency } from './occurrences.js';

/** A voucher without its date, to be posted by hand or by its schedule. */
@Entity('voucher_templates')
export class VoucherTemplate {
  @PrimaryColumn('bigint', { unsigned: true }) id: string;
  @Column('varchar', { length: 120 }) name: string;
  /** body of the voucher as JSON text (MySQL hands it out as a value) */
  @Column('json') voucher: unknown;
  @Column('enum', { enum: FREQUENCIES, nullable: true }) frequency: Frequency | null;
  @Column('smallint', { unsigned: true }) every: number;
  @Column('date', { name: 'start_date', nullable: true }) startDate: string | null;
  @Column('date', { name: 'end_date', nullable: true }) endDate: string | null;
  /** the day of the next voucher; null: none is to come */
  @Column('date', { name: 'next_date', nullable: true }) nextDate: string | null;
  /** occurrences that are done */
  @Column('int', { unsigned: true }) runs: number;
  @Column('enum', { name: 'post_as', enum: ['posted', 'draft'] }) postAs: 'posted' | 'draft';
  @Column('boolean', { name: 'is_active' }) isActive: boolean;
  /** why the next voucher could not be posted */
  @Column('varchar', { name: 'last_error', length: 500, nullable: true }) lastError: string | null;
  @Column('int', { unsigned: true }) version: number;
  @Column({ type: 'datetime', name: 'created_at', precision: 6, insert: false, update: false }) createdAt: Date;
}
