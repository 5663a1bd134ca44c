import { Column, Entity, PrimaryColumn } from 'typeorm';

export const VOUCHER_STATUSES = ['draft', 'posted', 'cancelled'] as const;
export type VoucherStatus = (typeof VOUCHER_STATUSES)[number];
/** As people see it: a draft that waits for approval is submitted. */
export const SHOWN_STATUSES = ['draft', 'submitted', 'posted', 'cancelled'] as const;
export type ShownStatus = (typeof SHOWN_STATUSES)[number];

/** One business event on one date. Its entries are in the books as long as it is posted. */
@Entity('vouchers')
export class Voucher {
  @PrimaryColumn('bigint', { unsigned: true }) id: string;
  @Column('bigint', { name: 'voucher_type_id', unsigned: true }) voucherTypeId: string;
  @Column('date') date: string;
  @Column('varchar', { length: 40, nullable: true }) number: string | null;
  /** first day of the period within which the number is unique */
  @Column('date', { name: 'number_period', nullable: true }) numberPeriod: string | null;
  @Column('varchar', { length: 1000 }) narration: string;
  @Column('varchar', { length: 100 }) reference: string;
  @Column('enum', { enum: VOUCHER_STATUSES }) status: VoucherStatus;
  @Column('boolean', { name: 'is_opening' }) isOpening: boolean;
  @Column('boolean', { name: 'affects_books' }) affectsBooks: boolean;
  /** counts alterations; entries of former versions stay, out of the books */
  @Column('int', { unsigned: true }) version: number;
  /** sum of its debits */
  @Column('decimal', { precision: 22, scale: 4 }) total: string;
  @Column('bigint', { name: 'reversal_of_id', unsigned: true, nullable: true }) reversalOfId: string | null;
  @Column('varchar', { name: 'lock_override_reason', length: 500, nullable: true }) lockOverrideReason: string | null;
  @Column('varchar', { name: 'cancel_reason', length: 500, nullable: true }) cancelReason: string | null;
  @Column('datetime', { name: 'cancelled_at', precision: 6, nullable: true }) cancelledAt: Date | null;
  @Column('datetime', { name: 'posted_at', precision: 6, nullable: true }) postedAt: Date | null;
  @Column('varchar', { name: 'created_by', length: 64 }) createdBy: string;
}
