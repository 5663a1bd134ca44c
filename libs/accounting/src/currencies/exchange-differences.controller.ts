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
import { Body, Controller, Get, Post, Query, Res } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ReportPeriod } from '../reports/report-period.js';
import { DryRunAnswer, DryRunQuery, isDryRun, rehearsed } from '../vouchers/dry-run.js';
import { VoucherDto } from '../vouchers/voucher.dto.js';
import { COMMON, mayOverrideLock, RULES } from '../vouchers/voucher-refusals.js';
import {
  ExchangeDifferencesDto,
  ForeignPositionsDto,
  ForeignPositionsQuery,
  RevaluationDto,
} from './exchange-differences.dto.js';
import { ForeignPositionsReport } from './foreign-positions-report.js';
import { PostExchangeDifferences } from './post-exchange-differences.js';

@ApiTags('Company: currencies')
@Controller('api')
export class ExchangeDifferencesController {
  constructor(
    private readonly period: ReportPeriod,
    private readonly report: ForeignPositionsReport,
    private readonly differences: PostExchangeDifferences,
  ) {}

  @Get('reports/foreign-balances')
  @CompanyRoute('reports:read')
  @ApiOperation({
    summary: 'Foreign balances',
    description:
      'What ledgers of money, receivables, payables and loans hold in foreign currencies, by bill reference, with the gains and losses that are not yet in the books: `realised` by settlement, `unrealised` at the latest rate.',
  })
  @Answer({ description: 'the report', data: { foreign_balances: ForeignPositionsDto } })
  @Refusals(COMMON)
  async read(@Query() query: ForeignPositionsQuery) {
    const { to: asOf } = await this.period.of(undefined, query.as_of);
    return { foreign_balances: await this.report.read(asOf, query.ledger_id ?? null) };
  }

  @Post('exchange-differences/settle')
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
  @Refusals({ ...COMMON, 409: 'idempotency_key_reused', 422: RULES })
  async settle(
    @Body() body: ExchangeDifferencesDto,
    @Query() query: DryRunQuery,
    @CurrentUser() user: CompanyPrincipal,
    @CurrentActor() actor: Actor,
    @Idempotency() idempotency: IdempotencyRequest | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const dryRun = isDryRun(query);
    const options = { actor, idempotency, dryRun, mayOverrideLock: mayOverrideLock(user) };
    return answer(await this.differences.settle(body, options), dryRun, reply);
  }

  @Post('exchange-differences/revalue')
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
  @Refusals({ ...COMMON, 409: 'idempotency_key_reused', 422: `${RULES}, exchange_rate_not_found, reversal_not_later` })
  async revalue(
    @Body() body: RevaluationDto,
    @Query() query: DryRunQuery,
    @CurrentUser() user: CompanyPrincipal,
    @CurrentActor() actor: Actor,
    @Idempotency() idempotency: IdempotencyRequest | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const dryRun = isDryRun(query);
    const options = { actor, idempotency, dryRun, mayOverrideLock: mayOverrideLock(user) };
    return answer(await this.differences.revalue(body, options), dryRun, reply);
  }
}

const answer = (vouchers: VoucherDto[], dryRun: boolean, reply: FastifyReply) =>
  dryRun ? { dry_run: true, vouchers: rehearsed(reply, vouchers) } : { vouchers };
