import {
  type Actor,
  Answer,
  CompanyRoute,
  CurrentActor,
  Idempotency,
  IdempotencyKeyHeader,
  type IdempotencyRequest,
  IfMatch,
  IfMatchHeader,
  newId,
  Paged,
  Refusals,
  ruleBroken,
} from '@finvera/common';
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { EntityManager } from 'typeorm';
import { CompanyRecords } from '../records/company-records.js';
import { BANK_RULE, type BankRule } from './bank-rule.entity.js';
import { BankRuleDto, CreateBankRuleDto, ListBankRulesQuery, UpdateBankRuleDto } from './bank-reconciliation.dto.js';

const COMMON = { 400: 'validation_failed', 401: 'unauthenticated', 403: 'forbidden' };
const EXAMPLE = {
  name: 'Charges',
  contains: 'AMB CHRG',
  direction: 'withdrawal',
  counter_ledger_id: '383483921874944',
};

@ApiTags('Company: bank reconciliation')
@Controller('api/bank-rules')
export class BankRulesController {
  constructor(private readonly records: CompanyRecords) {}

  @Get()
  @CompanyRoute('vouchers:read')
  @ApiOperation({ summary: 'List bank rules', description: 'The first one, by name, that knows a line is taken.' })
  @Answer({ description: 'a page', data: { bank_rules: [BankRuleDto] }, meta: 'page' })
  @Refusals(COMMON)
  async list(@Query() query: ListBankRulesQuery) {
    const { records, total } = await this.records.list(BANK_RULE, query);
    return new Paged({ bank_rules: records }, { page: query.page, limit: query.limit, total });
  }

  @Post()
  @CompanyRoute('vouchers:post')
  @IdempotencyKeyHeader()
  @ApiBody({ type: CreateBankRuleDto, examples: { charges: { value: EXAMPLE } } })
  @ApiOperation({ summary: 'Add a bank rule', description: 'What a line is that contains some words.' })
  @Answer({ status: 201, description: 'added', data: { bank_rule: BankRuleDto } })
  @Refusals({
    ...COMMON,
    409: 'bank_rule_name_taken, idempotency_key_reused',
    422: 'ledger_not_found, voucher_type_not_found',
  })
  async create(
    @Body() body: CreateBankRuleDto,
    @CurrentActor() actor: Actor,
    @Idempotency() idempotency: IdempotencyRequest | undefined,
  ) {
    const row = async (tx: EntityManager) => {
      const values = await valuesOf(tx, body);
      return { id: newId(), version: 1, narration: '', isActive: true, ...values, name: body.name };
    };
    return { bank_rule: await this.records.create(BANK_RULE, row, { actor, idempotency }) };
  }

  @Get(':id')
  @CompanyRoute('vouchers:read')
  @ApiOperation({ summary: 'Read a bank rule' })
  @Answer({ description: 'the rule', data: { bank_rule: BankRuleDto } })
  @Refusals({ ...COMMON, 404: 'bank_rule_not_found' })
  async get(@Param('id') id: string) {
    return { bank_rule: await this.records.one(BANK_RULE, id) };
  }

  @Put(':id')
  @CompanyRoute('vouchers:post')
  @IfMatchHeader()
  @ApiBody({ type: UpdateBankRuleDto, examples: { off: { value: { is_active: false } } } })
  @ApiOperation({ summary: 'Change a bank rule' })
  @Answer({ description: 'as it is now', data: { bank_rule: BankRuleDto } })
  @Refusals({
    ...COMMON,
    404: 'bank_rule_not_found',
    409: 'bank_rule_name_taken',
    412: 'stale',
    422: 'ledger_not_found, voucher_type_not_found',
  })
  async update(
    @Param('id') id: string,
    @Body() body: UpdateBankRuleDto,
    @IfMatch() ifMatch: string | undefined,
    @CurrentActor() actor: Actor,
  ) {
    return { bank_rule: await this.records.update(BANK_RULE, id, (tx) => valuesOf(tx, body), { actor, ifMatch }) };
  }

  @Delete(':id')
  @HttpCode(200)
  @CompanyRoute('vouchers:post')
  @ApiOperation({ summary: 'Delete a bank rule' })
  @Answer({ description: 'deleted', data: {} })
  @Refusals({ ...COMMON, 404: 'bank_rule_not_found' })
  async delete(@Param('id') id: string, @CurrentActor() actor: Actor) {
    await this.records.delete(BANK_RULE, id, async () => undefined, { actor });
    return {};
  }
}

async function valuesOf(tx: EntityManager, body: UpdateBankRuleDto): Promise<Partial<BankRule>> {
  const { counter_ledger_id: ledgerId, voucher_type_id: typeId } = body;
  if (ledgerId !== undefined)
    await assertThere(tx, 'SELECT 1 FROM ledgers WHERE id = ?', ledgerId, 'ledger', 'counter_ledger_id');
  if (typeId)
    await assertThere(tx, 'SELECT 1 FROM voucher_types WHERE id = ?', typeId, 'voucher_type', 'voucher_type_id');
  return {
    ...(body.name !== undefined && { name: body.name }),
    ...(body.contains !== undefined && { contains: body.contains }),
    ...(body.direction !== undefined && { direction: body.direction }),
    ...(ledgerId !== undefined && { counterLedgerId: ledgerId }),
    ...(typeId !== undefined && { voucherTypeId: typeId }),
    ...(body.narration !== undefined && { narration: body.narration }),
    ...(body.is_active !== undefined && { isActive: body.is_active }),
  };
}

async function assertThere(tx: EntityManager, sql: string, id: string, what: string, field: string): Promise<void> {
  if ((await tx.query(sql, [id])).length > 0) return;
  throw ruleBroken(`${what}_not_found`, `There is no ${what.replace('_', ' ')} ${id}.`, [
    { field, message: 'is not there' },
  ]);
}
