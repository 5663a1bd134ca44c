import { Column, Entity, PrimaryColumn } from 'typeorm';

/** An account of the books. It carries no balance: balances are sums of entries. */
@Entity('ledgers')
export class Ledger {
  @PrimaryColumn('bigint', { unsigned: true }) id: string;
  @Column('varchar', { length: 190 }) name: string;
  @Column('varchar', { length: 40, nullable: true }) code: string | null;
  @Column('bigint', { name: 'group_id', unsigned: true }) groupId: string;
  /** amounts are settled reference by reference */
  @Column('boolean', { name: 'bill_by_bill' }) billByBill: boolean;
  @Column('smallint', { name: 'credit_days', unsigned: true, nullable: true }) creditDays: number | null;
  @Column('varchar', { length: 1000 }) notes: string;
  @Column('boolean', { name: 'is_active' }) isActive: boolean;
  @Column('boolean', { name: 'is_reserved' }) isReserved: boolean;
  @Column('varchar', { name: 'reserved_code', length: 40, nullable: true }) reservedCode: string | null;
  /** the voucher that carries its opening balance */
  @Column('bigint', { name: 'opening_voucher_id', unsigned: true, nullable: true }) openingVoucherId: string | null;
  @Column('int', { unsigned: true }) version: number;
  @Column({ type: 'datetime', name: 'created_at', precision: 6, insert: false, update: false }) createdAt: Date;
  @Column({ type: 'datetime', name: 'updated_at', precision: 6, insert: false, update: false }) updatedAt: Date;
}
