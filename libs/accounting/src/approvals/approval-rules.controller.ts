import {
  type Actor,
  Answer,
  CompanyRoute,
  CurrentActor,
  etagOf,
  Idempotency,
  IdempotencyKeyHeader,
  type IdempotencyRequest,
  IfMatch,
  IfMatchHeader,
  Paged,
  Refusals,
} from '@finvera/common';
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query, Res } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import {
  ApprovalRuleDto,
  CreateApprovalRuleDto,
  ListApprovalRulesQuery,
  UpdateApprovalRuleDto,
} from './approval.dto.js';
import { ManageApprovalRules } from './manage-approval-rules.js';

const COMMON = { 400: 'validation_failed', 401: 'unauthenticated', 403: 'forbidden' };
const EXAMPLE = { name: 'Payments from 50,000', voucher_type: 'Payment', from_amount: '50000.00' };

@ApiTags('Company: approvals')
@Controller('api/approval-rules')
export class ApprovalRulesController {
  constructor(private readonly rules: ManageApprovalRules) {}

  @Get()
  @CompanyRoute('settings:read')
  @ApiOperation({ summary: 'List approval rules', description: 'Sort by name or created_at.' })
  @Answer({ description: 'a page', data: { approval_rules: [ApprovalRuleDto] }, meta: 'page' })
  @Refusals(COMMON)
  async list(@Query() query: ListApprovalRulesQuery) {
    const { records, total } = await this.rules.list(query);
    return new Paged({ approval_rules: records }, { page: query.page, limit: query.limit, total });
  }

  @Post()
  @CompanyRoute('settings:write')
  @IdempotencyKeyHeader()
  @ApiBody({ type: CreateApprovalRuleDto, examples: { payments: { value: EXAMPLE } } })
  @ApiOperation({
    summary: 'Add an approval rule',
    description:
      'From now on vouchers of the type (or of all), from the amount on, are submitted instead of posted, and a second person approves them.',
  })
  @Answer({ status: 201, description: 'added', data: { approval_rule: ApprovalRuleDto } })
  @Refusals({
    ...COMMON,
    409: 'approval_rule_name_taken, idempotency_key_reused',
    422: 'voucher_type_not_found, voucher_type_inactive, too_many_rules',
  })
  async create(
    @Body() body: CreateApprovalRuleDto,
    @CurrentActor() actor: Actor,
    @Idempotency() idempotency: IdempotencyRequest | undefined,
  ) {
    return { approval_rule: await this.rules.create(body, actor, idempotency) };
  }

  @Get(':id')
  @CompanyRoute('settings:read')
  @ApiOperation({ summary: 'Read an approval rule' })
  @Answer({ description: 'the rule', data: { approval_rule: ApprovalRuleDto } })
  @Refusals({ ...COMMON, 404: 'approval_rule_not_found' })
  async get(@Param('id') id: string, @Res({ passthrough: true }) reply: FastifyReply) {
    const rule = await this.rules.one(id);
    reply.header('ETag', etagOf(rule.version));
    return { approval_rule: rule };
  }

  @Put(':id')
  @CompanyRoute('settings:write')
  @IfMatchHeader()
  @ApiBody({ type: UpdateApprovalRuleDto, examples: { off: { value: { is_active: false } } } })
  @ApiOperation({ summary: 'Change an approval rule', description: 'What waits because of it goes on waiting.' })
  @Answer({ description: 'as it is now', data: { approval_rule: ApprovalRuleDto } })
  @Refusals({
    ...COMMON,
    404: 'approval_rule_not_found',
    409: 'approval_rule_name_taken',
    412: 'stale',
    422: 'voucher_type_not_found, voucher_type_inactive',
  })
  async update(
    @Param('id') id: string,
    @Body() body: UpdateApprovalRuleDto,
    @IfMatch() ifMatch: string | undefined,
    @CurrentActor() actor: Actor,
  ) {
    return { approval_rule: await this.rules.update(id, body, { actor, ifMatch }) };
  }

  @Delete(':id')
  @HttpCode(200)
  @CompanyRoute('settings:write')
  @ApiOperation({ summary: 'Delete an approval rule', description: 'What waits because of it goes on waiting.' })
  @Answer({ description: 'deleted', data: {} })
  @Refusals({ ...COMMON, 404: 'approval_rule_not_found' })
  async delete(@Param('id') id: string, @CurrentActor() actor: Actor) {
    await this.rules.delete(id, actor);
    return {};
  }
}
