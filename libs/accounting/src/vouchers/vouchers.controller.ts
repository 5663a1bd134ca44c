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
  IfMatch,
  IfMatchHeader,
  Paged,
  Refusals,
} from '@finvera/common';
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ChangeVoucher } from './change-voucher.js';
import { PostVouchers } from './post-vouchers.js';
import { ReadVouchers } from './read-vouchers.js';
import {
  BulkVouchersDto,
  CancelVoucherDto,
  CreateVoucherDto,
  ListVouchersQuery,
  ReverseVoucherDto,
  UpdateVoucherDto,
  VoucherDto,
} from './voucher.dto.js';

const COMMON = { 400: 'validation_failed', 401: 'unauthenticated', 403: 'forbidden' };
const RULES =
  'voucher_unbalanced, period_locked, before_books_begin, ledger_not_found, ledger_inactive, voucher_type_not_found, contra_needs_cash_or_bank, bills_do_not_add_up, ledger_not_bill_by_bill, number_required, number_not_allowed';

const mayOverrideLock = (user: CompanyPrincipal) => user.permissions.has('periods:override');

@ApiTags('Company: vouchers')
@Controller('api/vouchers')
export class VouchersController {
  constructor(
    private readonly postVouchers: PostVouchers,
    private readonly changeVoucher: ChangeVoucher,
    private readonly readVouchers: ReadVouchers,
  ) {}

  @Post()
  @CompanyRoute('vouchers:post')
  @IdempotencyKeyHeader()
  @ApiOperation({
    summary: 'Post a voucher',
    description: 'Debits and credits must be equal to the last paisa. `status: "draft"` keeps it out of the books.',
  })
  @Answer({ status: 201, description: 'stored', data: { voucher: VoucherDto } })
  @Refusals({ ...COMMON, 409: 'voucher_number_taken, idempotency_key_reused', 422: RULES })
  async post(
    @Body() body: CreateVoucherDto,
    @CurrentUser() user: CompanyPrincipal,
    @CurrentActor() actor: Actor,
    @Idempotency() idempotency: IdempotencyRequest | undefined,
  ) {
    const [voucher] = await this.postVouchers.post([body], {
      actor,
      idempotency,
      mayOverrideLock: mayOverrideLock(user),
    });
    return { voucher };
  }

  @Post('bulk')
  @CompanyRoute('vouchers:post')
  @IdempotencyKeyHeader()
  @ApiOperation({
    summary: 'Post many vouchers',
    description: 'Up to 1,000, all or none. A refusal names the voucher: `vouchers.3.entries.0.ledger`.',
  })
  @ApiResponse({
    status: 201,
    description: 'all stored',
    schema: { example: { success: true, data: { created: 2, vouchers: [] } } },
  })
  @Refusals({ ...COMMON, 409: 'voucher_number_taken, idempotency_key_reused', 413: 'body_too_large', 422: RULES })
  async postMany(
    @Body() body: BulkVouchersDto,
    @CurrentUser() user: CompanyPrincipal,
    @CurrentActor() actor: Actor,
    @Idempotency() idempotency: IdempotencyRequest | undefined,
  ) {
    const vouchers = await this.postVouchers.post(body.vouchers, {
      actor,
      idempotency,
      mayOverrideLock: mayOverrideLock(user),
      bulk: true,
    });
    return { created: vouchers.length, vouchers };
  }

  @Get()
  @CompanyRoute('vouchers:read')
  @ApiOperation({
    summary: 'List vouchers',
    description: 'Searches number, narration and reference. Sort by date, number, total or created_at.',
  })
  @Answer({ description: 'a page', data: { vouchers: [VoucherDto] }, meta: 'page' })
  @Refusals(COMMON)
  async list(@Query() query: ListVouchersQuery) {
    const { vouchers, total } = await this.readVouchers.list(query);
    return new Paged({ vouchers }, { page: query.page, limit: query.limit, total });
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

  @Put(':id')
  @CompanyRoute('vouchers:post')
  @IfMatchHeader()
  @ApiOperation({
    summary: 'Replace a draft, or alter a posted voucher',
    description: 'An alteration is a new version with the same id and number; the edit log keeps both.',
  })
  @Answer({ description: 'as it is now', data: { voucher: VoucherDto } })
  @Refusals({
    ...COMMON,
    404: 'voucher_not_found',
    409: 'voucher_already_cancelled, voucher_number_taken',
    412: 'stale',
    422: `${RULES}, voucher_type_fixed, voucher_number_period`,
  })
  async update(
    @Param('id') id: string,
    @Body() body: UpdateVoucherDto,
    @IfMatch() ifMatch: string | undefined,
    @CurrentUser() user: CompanyPrincipal,
    @CurrentActor() actor: Actor,
  ) {
    return {
      voucher: await this.changeVoucher.update(id, body, { actor, ifMatch, mayOverrideLock: mayOverrideLock(user) }),
    };
  }

  @Delete(':id')
  @HttpCode(200)
  @CompanyRoute('vouchers:post')
  @IfMatchHeader()
  @ApiOperation({ summary: 'Delete a draft' })
  @Answer({ description: 'deleted', data: {} })
  @Refusals({ ...COMMON, 404: 'voucher_not_found', 412: 'stale', 422: 'voucher_posted' })
  async delete(@Param('id') id: string, @IfMatch() ifMatch: string | undefined, @CurrentActor() actor: Actor) {
    await this.changeVoucher.delete(id, { actor, ifMatch, mayOverrideLock: false });
    return {};
  }

  @Post(':id/post')
  @HttpCode(200)
  @CompanyRoute('vouchers:post')
  @ApiOperation({ summary: 'Post a draft' })
  @Answer({ description: 'posted', data: { voucher: VoucherDto } })
  @Refusals({ ...COMMON, 404: 'voucher_not_found', 409: 'voucher_not_draft', 422: RULES })
  async postDraft(
    @Param('id') id: string,
    @CurrentUser() user: CompanyPrincipal,
    @CurrentActor() actor: Actor,
    @Idempotency() idempotency: IdempotencyRequest | undefined,
  ) {
    return {
      voucher: await this.changeVoucher.post(id, { actor, idempotency, mayOverrideLock: mayOverrideLock(user) }),
    };
  }

  @Post(':id/cancel')
  @HttpCode(200)
  @CompanyRoute('vouchers:cancel')
  @IfMatchHeader()
  @ApiOperation({
    summary: 'Cancel a voucher',
    description: 'It keeps its number and stays visible; its entries leave the books.',
  })
  @Answer({ description: 'cancelled', data: { voucher: VoucherDto } })
  @Refusals({
    ...COMMON,
    404: 'voucher_not_found',
    409: 'voucher_already_cancelled, voucher_not_posted',
    412: 'stale',
    422: 'period_locked',
  })
  async cancel(
    @Param('id') id: string,
    @Body() body: CancelVoucherDto,
    @IfMatch() ifMatch: string | undefined,
    @CurrentUser() user: CompanyPrincipal,
    @CurrentActor() actor: Actor,
    @Idempotency() idempotency: IdempotencyRequest | undefined,
  ) {
    return {
      voucher: await this.changeVoucher.cancel(id, body, {
        actor,
        ifMatch,
        idempotency,
        mayOverrideLock: mayOverrideLock(user),
      }),
    };
  }

  @Post(':id/reverse')
  @CompanyRoute('vouchers:post')
  @IdempotencyKeyHeader()
  @ApiOperation({
    summary: 'Reverse a voucher',
    description: 'Posts a new one with the sides swapped, on the original’s date or another.',
  })
  @Answer({ status: 201, description: 'the reversal', data: { voucher: VoucherDto } })
  @Refusals({
    ...COMMON,
    404: 'voucher_not_found',
    409: 'voucher_already_cancelled, voucher_already_reversed, voucher_not_posted',
    422: RULES,
  })
  async reverse(
    @Param('id') id: string,
    @Body() body: ReverseVoucherDto,
    @CurrentUser() user: CompanyPrincipal,
    @CurrentActor() actor: Actor,
    @Idempotency() idempotency: IdempotencyRequest | undefined,
  ) {
    return {
      voucher: await this.changeVoucher.reverse(id, body, {
        actor,
        idempotency,
        mayOverrideLock: mayOverrideLock(user),
      }),
    };
  }
}
