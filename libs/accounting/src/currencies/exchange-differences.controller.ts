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
  Refusals,
} from '@finvera/common';
import { Body, Controller, Post, Query, Res } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { DryRunAnswer, DryRunQuery, isDryRun, rehearsed } from '../vouchers/dry-run.js';
import { VoucherDto } from '../vouchers/voucher.dto.js';
import { COMMON, COMPUTED, mayOverrideLock, RULES, whenComputedHeld } from '../vouchers/voucher-refusals.js';
import { ExchangeDifferencesDto, RevaluationDto } from './exchange-differences.dto.js';
import { PostExchangeDifferences } from './post-exchange-differences.js';

@ApiTags('Company: currencies')
@Controller('api/exchange-differences')
export class ExchangeDifferencesController {
  constructor(private readonly differences: PostExchangeDifferences) {}

  @Post('settle')
  @CompanyRoute('vouchers:post')
  @IdempotencyKeyHeader()
  @ApiBody({ type: ExchangeDifferencesDto, examples: { all: { value: {} } } })
  @ApiOperation({
    summary: 'Post realised exchange differences',
    description:
      'What settlements at another rate left behind becomes gain or loss, as journal vouchers. None when nothing is left.',
  })
  @Answer({ status: 201, description: 'the vouchers', data: { vouchers: [VoucherDto] } })
  @DryRunAnswer({ vouchers: [] })
  @Refusals({ ...COMMON, 409: 'idempotency_key_reused', 422: `${RULES}, ${COMPUTED}` })
  async settle(
    @Body() body: ExchangeDifferencesDto,
    @Query() query: DryRunQuery,
    @CurrentUser() user: CompanyPrincipal,
    @CurrentActor() actor: Actor,
    @Idempotency() idempotency: IdempotencyRequest | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const dryRun = isDryRun(query);
    const held = { mayOverrideLock: mayOverrideLock(user), whenHeld: whenComputedHeld(user, actor) };
    const options = { actor, idempotency, dryRun, ...held };
    return answer(await this.differences.settle(body, options), dryRun, reply);
  }

  @Post('revalue')
  @CompanyRoute('vouchers:post')
  @IdempotencyKeyHeader()
  @ApiBody({ type: RevaluationDto, examples: { all: { value: { rates: { USD: '84.1' } } } } })
  @ApiOperation({
    summary: 'Revalue foreign balances',
    description:
      'Brings open foreign balances to the rate of the day, the difference being gain or loss, as journal vouchers. `reverse_on` reverses them at once on a later day; they can also be reversed like any other.',
  })
  @Answer({ status: 201, description: 'the vouchers, then their reversals', data: { vouchers: [VoucherDto] } })
  @DryRunAnswer({ vouchers: [] })
  @Refusals({
    ...COMMON,
    409: 'idempotency_key_reused',
    422: `${RULES}, exchange_rate_not_found, reversal_not_later, ${COMPUTED}`,
  })
  async revalue(
    @Body() body: RevaluationDto,
    @Query() query: DryRunQuery,
    @CurrentUser() user: CompanyPrincipal,
    @CurrentActor() actor: Actor,
    @Idempotency() idempotency: IdempotencyRequest | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const dryRun = isDryRun(query);
    const held = { mayOverrideLock: mayOverrideLock(user), whenHeld: whenComputedHeld(user, actor) };
    const options = { actor, idempotency, dryRun, ...held };
    return answer(await this.differences.revalue(body, options), dryRun, reply);
  }
}

const answer = (vouchers: VoucherDto[], dryRun: boolean, reply: FastifyReply) =>
  dryRun ? { dry_run: true, vouchers: rehearsed(reply, vouchers) } : { vouchers };
