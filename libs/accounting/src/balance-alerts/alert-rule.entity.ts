import { formatAmount } from '@finvera/common';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { RecordKind } from '../records/company-records.js';
import type { BalanceAlertRuleDto } from './balance-alert.dto.js';
import type { Direction, Side } from './threshold.js';

/** Which balance of a ledger somebody wants to hear of. */
@Entity('balance_alert_rules')
export class BalanceAlertRule {
  @PrimaryColumn('bigint', { unsigned: true }) id: string;
  @Column('varchar', { length: 250 }) name: string;
  @Column('bigint', { name: 'ledger_id', unsigned: true }) ledgerId: string;
  @Column('enum', { enum: ['debit', 'credit'] }) side: Side;
  @Column('enum', { enum: ['above', 'below'] }) direction: Direction;
  @Column('decimal', { precision: 22, scale: 4 }) threshold: string;
  @Column('boolean', { name: 'is_active' }) isActive: boolean;
  /** Addresses of users; null: nobody. */
  @Column('json', { name: 'mail_to', nullable: true }) mailTo: string[] | null;
  /** Beyond the threshold when it was looked at last. */
  @Column('boolean', { name: 'is_crossed' }) isCrossed: boolean;
  @Column('int', { unsigned: true }) version: number;
  @Column({ type: 'datetime', name: 'created_at', precision: 6, insert: false, update: false }) createdAt: Date;
}

/** @param digits fraction digits of the company's currency */
export const ruleKind = (digits: number): RecordKind<BalanceAlertRule, BalanceAlertRuleDto> => ({
  entity: BalanceAlertRule,
  type: 'balance_alert_rule',
  what: 'balance alert rule',
  nameKey: 'balance_alert_rules_name',
  toDto: (rule) => ({
    id: rule.id,
    name: rule.name,
    ledger_id: rule.ledgerId,
    side: rule.side,
    direction: rule.direction,
    threshold: formatAmount(rule.threshold, digits),
    mail_to: rule.mailTo ?? [],
    is_active: rule.isActive,
    is_crossed: rule.isCrossed,
    version: rule.version,
  }),
});
