import {
  type Actor,
  Answer,
  type CompanyPrincipal,
  CompanyRoute,
  CurrentActor,
  CurrentUser,
  etagOf,
  Idempotency,
  IdempotencyKeyHeader,
  type IdempotencyRequest,
  Paged,
  Refusals,
} from '@finvera/common';
import { Body, Controller, Get, Param, Post, Query, Res } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { DryRunAnswer, DryRunQuery, isDryRun, rehearsed } from './dry-run.js';
import { PostVouchers } from './post-vouchers.js';
import { ReadVouchers } from './read-vouchers.js';
import { BulkVouchersDto, CreateVoucherDto, ListVouchersQuery, VoucherDto } from './voucher.dto.js';
import { BULK_EXAMPLES, VOUCHER_EXAMPLES } from './voucher-examples.js';
import { COMMON, mayOverrideLock, RULES } from './voucher-refusals.js';

@ApiTags('Company: vouchers')
@Controller('api/vouchers')
export class VouchersController {
  constructor(
    private readonly postVouchers: PostVouchers,
    private readonly readVouchers: ReadVouchers,
  ) {}

  @Post()
  @CompanyRoute('vouchers:post')
  @IdempotencyKeyHeader()
  @ApiBody({ type: CreateVoucherDto, examples: VOUCHER_EXAMPLES })
  @ApiOperation({
    summary: 'Post a voucher',
    description:
      'Debits and credits must be equal to the last paisa. `status: "draft"` keeps it out of the books. Where an approval rule asks for a second person it is stored as `submitted`, out of the books and without a number, until somebody approves it.',
  })
  @Answer({ status: 201, description: 'stored', data: { voucher: VoucherDto } })
  @Refusals({ ...COMMON, 409: 'voucher_number_taken, bill_name_taken, idempotency_key_reused', 422: RULES })
  @DryRunAnswer({ voucher: { id: null, number: '18', status: 'posted' } })
  async post(
    @Body() body: CreateVoucherDto,
    @Query() query: DryRunQuery,
    @CurrentUser() user: CompanyPrincipal,
    @CurrentActor() actor: Actor,
    @Idempotency() idempotency: IdempotencyRequest | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const dryRun = isDryRun(query);
    const vouchers = await this.postVouchers.post([body], {
      actor,
      idempotency,
      dryRun,
      mayOverrideLock: mayOverrideLock(user),
    });
    return dryRun ? { dry_run: true, voucher: rehearsed(reply, vouchers)[0] } : { voucher: vouchers[0] };
  }

  @Post('bulk')
  @CompanyRoute('vouchers:post')
  @IdempotencyKeyHeader()
  @ApiBody({ type: BulkVouchersDto, examples: BULK_EXAMPLES })
  @ApiOperation({
    summary: 'Post many vouchers',
    description: 'Up to 1,000, all or none. A refusal names the voucher: `vouchers.3.entries.0.ledger`.',
  })
  @ApiResponse({
    status: 201,
    description: 'all stored',
    schema: { example: { success: true, data: { created: 2, vouchers: [] } } },
  })
  @Refusals({
    ...COMMON,
    409: 'voucher_number_taken, bill_name_taken, idempotency_key_reused',
    413: 'body_too_large',
    422: RULES,
  })
  @DryRunAnswer({ created: 2, vouchers: [] })
  async postMany(
    @Body() body: BulkVouchersDto,
    @Query() query: DryRunQuery,
    @CurrentUser() user: CompanyPrincipal,
    @CurrentActor() actor: Actor,
    @Idempotency() idempotency: IdempotencyRequest | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const dryRun = isDryRun(query);
    const vouchers = await this.postVouchers.post(body.vouchers, {
      actor,
      idempotency,
      dryRun,
      mayOverrideLock: mayOverrideLock(user),
      bulk: true,
    });
    const created = vouchers.length;
    return dryRun ? { dry_run: true, created, vouchers: rehearsed(reply, vouchers) } : { created, vouchers };
  }

  @Get()
  @CompanyRoute('vouchers:read')
  @ApiOperation({
    summary: 'List vouchers',
    description:
      'Searches number, narration and reference. Sort by date, number, total or created_at. `meta.total` counts up to 50,000; where there are more it says `total_at_least: true`.',
  })
  @Answer({ description: 'a page', data: { vouchers: [VoucherDto] }, meta: 'page' })
  @Refusals(COMMON)
  async list(@Query() query: ListVouchersQuery) {
    const { vouchers, total, hasMore } = await this.readVouchers.list(query);
    const { page, limit } = query;
    return new Paged({ vouchers }, { page, limit, total, ...(hasMore && { total_at_least: true as const }) });
  }

  @Get(':id')
  @CompanyRoute('vouchers:read')
  @ApiOperation({ summary: 'Read a voucher' })
  @Answer({ description: 'the voucher', data: { voucher: VoucherDto } })
  @Refusals({ ...COMMON, 404: 'voucher_not_found' })
  async get(@Param('id') id: string, @Res({ passthrough: true }) reply: FastifyReply) {
    const voucher = await this.readVouchers.one(id);
    reply.header('ETag', etagOf(voucher.version));
    return { voucher };
  }
}
