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
  Paged,
  Refusals,
} from '@finvera/common';
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  BalanceAlertRuleDto,
  CreateBalanceAlertRuleDto,
  ListBalanceAlertRulesQuery,
  UpdateBalanceAlertRuleDto,
} from './balance-alert.dto.js';
import { ManageAlertRules } from './manage-alert-rules.js';

const COMMON = { 400: 'validation_failed', 401: 'unauthenticated', 403: 'forbidden' };
const NOT_THERE = { ...COMMON, 404: 'balance_alert_rule_not_found' };
const ONE = { balance_alert_rule: BalanceAlertRuleDto };
const EXAMPLE = { ledger: 'Cash', direction: 'below', threshold: '10000.00' };

@ApiTags('Company: balance alerts')
@Controller('api/balance-alert-rules')
export class BalanceAlertRulesController {
  constructor(private readonly rules: ManageAlertRules) {}

  @Get()
  @CompanyRoute('ledgers:read')
  @ApiOperation({ summary: 'List balance alert rules', description: 'Sort by name or created_at.' })
  @Answer({ description: 'a page', data: { balance_alert_rules: [BalanceAlertRuleDto] }, meta: 'page' })
  @Refusals(COMMON)
  async list(@Query() query: ListBalanceAlertRulesQuery) {
    const { records, total } = await this.rules.list(query);
    return new Paged({ balance_alert_rules: records }, { page: query.page, limit: query.limit, total });
  }

  @Post()
  @CompanyRoute('ledgers:write')
  @IdempotencyKeyHeader()
  @ApiBody({ type: CreateBalanceAlertRuleDto, examples: { cash: { value: EXAMPLE } } })
  @ApiOperation({
    summary: 'Add a balance alert rule',
    description:
      'Watches the balance of a ledger at the end of today. An alert is raised once when it comes beyond the threshold, and again after it came back; one that is beyond it already (`is_crossed`) raises none.',
  })
  @Answer({ status: 201, description: 'added', data: ONE })
  @Refusals({
    ...COMMON,
    409: 'balance_alert_rule_name_taken, idempotency_key_reused',
    422: 'ledger_not_found, user_not_found, too_many_balance_alert_rules',
    503: 'mail_not_configured',
  })
  async create(
    @Body() body: CreateBalanceAlertRuleDto,
    @CurrentActor() actor: Actor,
    @Idempotency() idempotency: IdempotencyRequest | undefined,
  ) {
    return { balance_alert_rule: await this.rules.create(body, actor, idempotency) };
  }

  @Get(':id')
  @CompanyRoute('ledgers:read')
  @ApiOperation({ summary: 'Read a balance alert rule' })
  @Answer({ description: 'the rule', data: ONE })
  @Refusals(NOT_THERE)
  async get(@Param('id') id: string) {
    return { balance_alert_rule: await this.rules.one(id) };
  }

  @Put(':id')
  @CompanyRoute('ledgers:write')
  @IfMatchHeader()
  @ApiBody({ type: UpdateBalanceAlertRuleDto, examples: { off: { value: { is_active: false } } } })
  @ApiOperation({ summary: 'Change a balance alert rule', description: 'Only what is sent is changed.' })
  @Answer({ description: 'as it is now', data: ONE })
  @Refusals({
    ...NOT_THERE,
    409: 'balance_alert_rule_name_taken',
    412: 'stale',
    422: 'ledger_not_found, user_not_found',
    503: 'mail_not_configured',
  })
  async update(
    @Param('id') id: string,
    @Body() body: UpdateBalanceAlertRuleDto,
    @IfMatch() ifMatch: string | undefined,
    @CurrentActor() actor: Actor,
  ) {
    return { balance_alert_rule: await this.rules.update(id, body, { actor, ifMatch }) };
  }

  @Delete(':id')
  @HttpCode(200)
  @CompanyRoute('ledgers:write')
  @ApiOperation({ summary: 'Delete a balance alert rule', description: 'The alerts that it raised stay.' })
  @Answer({ description: 'deleted', data: {} })
  @Refusals(NOT_THERE)
  async delete(@Param('id') id: string, @CurrentActor() actor: Actor) {
    await this.rules.delete(id, actor);
    return {};
  }
}
