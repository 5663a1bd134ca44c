import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { RecordKind } from '../records/company-records.js';
import type { ApprovalRuleDto } from './approval.dto.js';

/** Vouchers of a type, or of all, that a second person approves from an amount on. */
@Entity('approval_rules')
export class ApprovalRule {
  @PrimaryColumn('bigint', { unsigned: true }) id: string;
  @Column('varchar', { length: 120 }) name: string;
  /** null: of every type */
  @Column('bigint', { name: 'voucher_type_id', unsigned: true, nullable: true }) voucherTypeId: string | null;
  @Column('decimal', { name: 'from_amount', precision: 22, scale: 4 }) fromAmount: string;
  @Column('boolean', { name: 'is_active' }) isActive: boolean;
  @Column('int', { unsigned: true }) version: number;
  @Column({ type: 'datetime', name: 'created_at', precision: 6, insert: false, update: false }) createdAt: Date;
}

export const APPROVAL_RULE: RecordKind<ApprovalRule, ApprovalRuleDto> = {
  entity: ApprovalRule,
  type: 'approval_rule',
  what: 'approval rule',
  nameKey: 'approval_rules_name',
  toDto: (rule) => ({
    id: rule.id,
    name: rule.name,
    voucher_type_id: rule.voucherTypeId,
    from_amount: rule.fromAmount,
    is_active: rule.isActive,
    version: rule.version,
  }),
};
