import {
  type Actor,
  formatAmount,
  fractionDigits,
  type IdempotencyRequest,
  malformed,
  newId,
  type PageQuery,
  ruleBroken,
} from '@finvera/common';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { CompanySettingsReader } from '../company/company-settings.js';
import { CompanyRecords } from '../records/company-records.js';
import { readVoucherTypes } from '../vouchers/voucher-store.js';
import type { ApprovalRuleDto, CreateApprovalRuleDto, UpdateApprovalRuleDto } from './approval.dto.js';
import { APPROVAL_RULE, ApprovalRule } from './approval-rule.entity.js';

/** Every post that a rule may concern reads them all. */
const RULES_MAX = 100;

/** The company's rules of which vouchers a second person approves. */
@Injectable()
export class ManageApprovalRules {
  constructor(
    private readonly records: CompanyRecords,
    private readonly settings: CompanySettingsReader,
  ) {}

  async list(query: PageQuery): Promise<{ records: ApprovalRuleDto[]; total: number }> {
    const { records, total } = await this.records.list(APPROVAL_RULE, query);
    const { currencyDigits } = await this.settings.get();
    return { records: records.map((rule) => shown(rule, currencyDigits)), total };
  }

  /** @throws DomainError 404 `approval_rule_not_found` */
  async one(id: string): Promise<ApprovalRuleDto> {
    return this.shown(await this.records.one(APPROVAL_RULE, id));
  }

  /** @throws DomainError 400; 409 `approval_rule_name_taken`; 422 `voucher_type_not_found`, `too_many_rules` */
  async create(body: CreateApprovalRuleDto, actor: Actor, idempotency?: IdempotencyRequest): Promise<ApprovalRuleDto> {
    const row = async (tx: EntityManager) => {
      if ((await tx.count(ApprovalRule)) >= RULES_MAX)
        throw ruleBroken('too_many_rules', `A company has at most ${RULES_MAX} approval rules; delete one first.`);
      const values = await this.valuesOf(tx, body);
      return { id: newId(), version: 1, isActive: true, voucherTypeId: null, ...values, name: body.name };
    };
    return this.shown(await this.records.create(APPROVAL_RULE, row, { actor, idempotency }));
  }

  /** @throws DomainError 400; 404; 409 `approval_rule_name_taken`; 412 `stale`; 422 `voucher_type_not_found` */
  async update(
    id: string,
    body: UpdateApprovalRuleDto,
    { actor, ifMatch }: { actor: Actor; ifMatch?: string },
  ): Promise<ApprovalRuleDto> {
    const change = (tx: EntityManager) => this.valuesOf(tx, body);
    return this.shown(await this.records.update(APPROVAL_RULE, id, change, { actor, ifMatch }));
  }

  /** What waits because of it goes on waiting. @throws DomainError 404 */
  delete(id: string, actor: Actor): Promise<void> {
    return this.records.delete(APPROVAL_RULE, id, async () => {}, { actor });
  }

  private async valuesOf(tx: EntityManager, body: UpdateApprovalRuleDto): Promise<Partial<ApprovalRule>> {
    // posts that are under way read the settings first: so does this, and neither waits for the other in a circle
    const { currencyDigits: digits } = await this.settings.lock(tx);
    const { name, voucher_type: type, from_amount: amount, is_active: isActive } = body;
    if (amount !== undefined && fractionDigits(amount) > digits)
      throw malformed(`from_amount ${amount} has more than ${digits} digits after the point`, [
        { field: 'from_amount', message: `must have at most ${digits} digits after the point` },
      ]);
    const voucherTypeId = type ? (await readVoucherTypes(tx)).of(type, '').id : type;
    return {
      ...(name !== undefined && { name }),
      ...(voucherTypeId !== undefined && { voucherTypeId }),
      ...(amount !== undefined && { fromAmount: amount }),
      ...(isActive !== undefined && { isActive }),
    };
  }

  private async shown(rule: ApprovalRuleDto): Promise<ApprovalRuleDto> {
    return shown(rule, (await this.settings.get()).currencyDigits);
  }
}

const shown = (rule: ApprovalRuleDto, digits: number): ApprovalRuleDto => ({
  ...rule,
  from_amount: formatAmount(rule.from_amount, digits),
});
