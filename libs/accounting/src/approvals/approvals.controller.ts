import {
  type Actor,
  Answer,
  type CompanyPrincipal,
  CompanyRoute,
  CurrentActor,
  CurrentUser,
  Idempotency,
  IdempotencyKeyHeader,
  type IdempotencyRequest,
  IfMatch,
  IfMatchHeader,
  Paged,
  Refusals,
} from '@finvera/common';
import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import { VoucherDto } from '../vouchers/voucher.dto.js';
import { COMMON, mayOverrideLock, RULES } from '../vouchers/voucher-refusals.js';
import { ApproveDto, ListWaitingQuery, RejectDto } from './approval.dto.js';
import { DecideApproval } from './decide-approval.js';
import { ListWaiting } from './list-waiting.js';

const OF_A_SUBMITTED_ONE = { ...COMMON, 404: 'voucher_not_found', 409: 'voucher_not_submitted', 412: 'stale' };

/** What a second person does with vouchers that were submitted. */
@ApiTags('Company: approvals')
@Controller('api')
export class ApprovalsController {
  constructor(
    private readonly waiting: ListWaiting,
    private readonly approvals: DecideApproval,
  ) {}

  @Get('approvals')
  @CompanyRoute('vouchers:approve')
  @ApiOperation({
    summary: 'List vouchers that wait for my approval',
    description:
      'Those of others, of the types that I may post; the longest waiting first. All that wait: `GET /api/vouchers?status=submitted`.',
  })
  @Answer({ description: 'a page', data: { vouchers: [VoucherDto] }, meta: 'page' })
  @Refusals(COMMON)
  async list(@Query() query: ListWaitingQuery, @CurrentActor() actor: Actor) {
    const { vouchers, total } = await this.waiting.list(query, actor);
    return new Paged({ vouchers }, { page: query.page, limit: query.limit, total });
  }

  @Post('vouchers/:id/approve')
  @HttpCode(200)
  @CompanyRoute('vouchers:approve')
  @IfMatchHeader()
  @IdempotencyKeyHeader()
  @ApiBody({ type: ApproveDto, required: false, examples: { plain: { value: {} } } })
  @ApiOperation({
    summary: 'Approve a voucher',
    description:
      'It is checked again and posted: it gets its number now. Nobody approves what they entered, changed or submitted.',
  })
  @Answer({ description: 'posted', data: { voucher: VoucherDto } })
  @Refusals({
    ...OF_A_SUBMITTED_ONE,
    403: 'forbidden, voucher_type_forbidden, approval_by_maker, approval_needs_person',
    409: 'voucher_not_submitted, voucher_number_taken, bill_name_taken, idempotency_key_reused',
    422: RULES,
  })
  async approve(
    @Param('id') id: string,
    @Body() body: ApproveDto,
    @IfMatch() ifMatch: string | undefined,
    @CurrentUser() user: CompanyPrincipal,
    @CurrentActor() actor: Actor,
    @Idempotency() idempotency: IdempotencyRequest | undefined,
  ) {
    const options = { actor, ifMatch, idempotency, mayOverrideLock: mayOverrideLock(user) };
    return { voucher: await this.approvals.approve(id, body ?? {}, options) };
  }

  @Post('vouchers/:id/reject')
  @HttpCode(200)
  @CompanyRoute('vouchers:approve')
  @IfMatchHeader()
  @IdempotencyKeyHeader()
  @ApiBody({ type: RejectDto, examples: { missing: { value: { reason: 'The invoice is missing' } } } })
  @ApiOperation({ summary: 'Reject a voucher', description: 'It is a draft again, with the reason beside it.' })
  @Answer({ description: 'a draft again', data: { voucher: VoucherDto } })
  @Refusals(OF_A_SUBMITTED_ONE)
  async reject(
    @Param('id') id: string,
    @Body() body: RejectDto,
    @IfMatch() ifMatch: string | undefined,
    @CurrentActor() actor: Actor,
    @Idempotency() idempotency: IdempotencyRequest | undefined,
  ) {
    const options = { actor, ifMatch, idempotency, mayOverrideLock: false };
    return { voucher: await this.approvals.reject(id, body, options) };
  }

  @Post('vouchers/:id/withdraw')
  @HttpCode(200)
  @CompanyRoute('vouchers:post')
  @IfMatchHeader()
  @ApiOperation({
    summary: 'Withdraw a voucher',
    description: 'It waits no longer and is a draft again, to be changed.',
  })
  @Answer({ description: 'a draft again', data: { voucher: VoucherDto } })
  @Refusals(OF_A_SUBMITTED_ONE)
  async withdraw(@Param('id') id: string, @IfMatch() ifMatch: string | undefined, @CurrentActor() actor: Actor) {
    return { voucher: await this.approvals.withdraw(id, { actor, ifMatch, mayOverrideLock: false }) };
  }
}
