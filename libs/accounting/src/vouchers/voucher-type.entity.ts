import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Base types that a company may use. */
export const BASE_TYPES = [
  'contra',
  'payment',
  'receipt',
  'journal',
  'sales',
  'purchase',
  'credit_note',
  'debit_note',
  'memorandum',
  'reversing_journal',
] as const;
/** The program's own: vouchers of opening balances, and those that close a year. */
export const HIDDEN_BASE_TYPES = ['opening', 'closing'] as const;
export type BaseType = (typeof BASE_TYPES)[number] | (typeof HIDDEN_BASE_TYPES)[number];
export const isHidden = (type: BaseType) => (HIDDEN_BASE_TYPES as readonly BaseType[]).includes(type);

/** Touch no books until they are converted. */
export const OUTSIDE_BOOKS: ReadonlySet<BaseType> = new Set(['memorandum', 'reversing_journal']);

export const NUMBERINGS = ['automatic', 'manual', 'none'] as const;
export const RESTARTS = ['never', 'financial_year', 'month'] as const;

/** A kind of voucher and how its numbers are made. */
@Entity('voucher_types')
export class VoucherType {
  @PrimaryColumn('bigint', { unsigned: true }) id: string;
  @Column('varchar', { length: 80 }) name: string;
  @Column('enum', { name: 'base_type', enum: [...BASE_TYPES, ...HIDDEN_BASE_TYPES] }) baseType: BaseType;
  @Column('enum', { enum: NUMBERINGS }) numbering: (typeof NUMBERINGS)[number];
  @Column('varchar', { name: 'number_prefix', length: 12 }) numberPrefix: string;
  @Column('varchar', { name: 'number_suffix', length: 12 }) numberSuffix: string;
  /** digits to fill up to with zeros; 0: none */
  @Column('tinyint', { name: 'number_width', unsigned: true }) numberWidth: number;
  @Column('enum', { name: 'number_restart', enum: RESTARTS }) numberRestart: (typeof RESTARTS)[number];
  @Column('boolean', { name: 'is_reserved' }) isReserved: boolean;
  @Column('boolean', { name: 'is_active' }) isActive: boolean;
  @Column('int', { unsigned: true }) version: number;
  @Column({ type: 'datetime', name: 'created_at', precision: 6, insert: false, update: false }) createdAt: Date;
}
