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
import { Body, Controller, Get, Post, Put, Query, Res } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { DryRunAnswer, DryRunQuery, isDryRun, rehearsed } from '../vouchers/dry-run.js';
import { VoucherDto } from '../vouchers/voucher.dto.js';
import { COMMON, COMPUTED, mayOverrideLock, RULES, whenComputedHeld } from '../vouchers/voucher-refusals.js';
import { PostStockValue } from './post-stock-value.js';
import { PostStockValueDto, StockSettingsDto } from './stock.dto.js';
import { StockSettings } from './stock-settings.js';

@ApiTags('Company: stock')
@Controller('api')
export class StockController {
  constructor(
    private readonly settings: StockSettings,
    private readonly stockValue: PostStockValue,
  ) {}

  @Get('settings/stock')
  @CompanyRoute('settings:read')
  @ApiOperation({ summary: 'Read how stock comes into the books' })
  @Answer({ description: 'the setting', data: { stock_settings: StockSettingsDto } })
  @Refusals({ 401: 'unauthenticated', 403: 'forbidden' })
  async get() {
    return { stock_settings: { stock_in_books: await this.settings.read() } };
  }

  @Put('settings/stock')
  @CompanyRoute('settings:write')
  @ApiBody({ type: StockSettingsDto, examples: { daily: { value: { stock_in_books: 'perpetual' } } } })
  @ApiOperation({ summary: 'Change how stock comes into the books' })
  @Answer({ description: 'as it is now', data: { stock_settings: StockSettingsDto } })
  @Refusals(COMMON)
  async set(@Body() body: StockSettingsDto, @CurrentActor() actor: Actor) {
    return { stock_settings: { stock_in_books: await this.settings.set(body.stock_in_books, actor) } };
  }

  @Post('stock/value')
  @CompanyRoute('vouchers:post')
  @IdempotencyKeyHeader()
  @ApiBody({ type: PostStockValueDto, required: false, examples: { today: { value: {} } } })
  @ApiOperation({
    summary: 'Bring the value of stock into the books',
    description:
      'Journals between *Closing Stock* and *Changes in Inventories*, by what stock is worth and the ledger does not say yet: one on the date (periodic), or one on each day on which stock moved (perpetual). None when nothing is missing.',
  })
  @Answer({ status: 201, description: 'the vouchers', data: { vouchers: [VoucherDto] } })
  @DryRunAnswer({ vouchers: [] })
  @Refusals({ ...COMMON, 409: 'idempotency_key_reused', 422: `${RULES}, too_many_days, ${COMPUTED}` })
  async value(
    @Body() body: PostStockValueDto,
    @Query() query: DryRunQuery,
    @CurrentUser() user: CompanyPrincipal,
    @CurrentActor() actor: Actor,
    @Idempotency() idempotency: IdempotencyRequest | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const dryRun = isDryRun(query);
    const vouchers = await this.stockValue.post(body ?? {}, {
      actor,
      idempotency,
      dryRun,
      mayOverrideLock: mayOverrideLock(user),
      whenHeld: whenComputedHeld(user, actor),
    });
    return dryRun ? { dry_run: true, vouchers: rehearsed(reply, vouchers) } : { vouchers };
  }
}
