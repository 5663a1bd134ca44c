import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { RecordKind } from '../records/company-records.js';
import type { BankRuleDto } from './bank-reconciliation.dto.js';

/** What a line is that contains some words. */
@Entity('bank_rules')
export class BankRule {
  @PrimaryColumn('bigint', { unsigned: true }) id: string;
  @Column('varchar', { length: 120 }) name: string;
  @Column('varchar', { length: 200 }) contains: string;
  @Column('enum', { enum: ['deposit', 'withdrawal'] }) direction: 'deposit' | 'withdrawal';
  @Column('bigint', { name: 'counter_ledger_id', unsigned: true }) counterLedgerId: string;
  @Column('bigint', { name: 'voucher_type_id', unsigned: true, nullable: true }) voucherTypeId: string | null;
  @Column('varchar', { length: 500 }) narration: string;
  @Column('boolean', { name: 'is_active' }) isActive: boolean;
  @Column('int', { unsigned: true }) version: number;
  @Column({ type: 'datetime', name: 'created_at', precision: 6, insert: false, update: false }) createdAt: Date;
}

export const BANK_RULE: RecordKind<BankRule, BankRuleDto> = {
  entity: BankRule,
  type: 'bank_rule',
  what: 'bank rule',
  nameKey: 'bank_rules_name',
  toDto: (rule) => ({
    id: rule.id,
    name: rule.name,
    contains: rule.contains,
    direction: rule.direction,
    counter_ledger_id: rule.counterLedgerId,
    voucher_type_id: rule.voucherTypeId,
    narration: rule.narration,
    is_active: rule.isActive,
    version: rule.version,
  }),
};

/** The first rule, by name, that knows a line. */
export const ruleFor = (rules: readonly BankRule[], line: { amount: string; description: string; reference: string }) =>
  rules.find(
    ({ direction, contains }) =>
      (direction === 'withdrawal') === line.amount.startsWith('-') &&
      `${line.description} ${line.reference}`.toLowerCase().includes(contains.toLowerCase()),
  );
