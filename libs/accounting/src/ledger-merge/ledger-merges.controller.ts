import {
  type Actor,
  Answer,
  type CompanyPrincipal,
  CompanyRoute,
  CurrentActor,
  CurrentUser,
  forbidden,
  Idempotency,
  IdempotencyKeyHeader,
  type IdempotencyRequest,
  Paged,
  Refusals,
} from '@finvera/common';
import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import { mayOverrideLock } from '../vouchers/voucher-refusals.js';
import { LedgerMergeDto, ListLedgerMergesQuery, MergeLedgersDto, UndoLedgerMergeDto } from './ledger-merge.dto.js';
import { MergeLedgers } from './merge-ledgers.js';
import { ReadLedgerMerges } from './read-ledger-merges.js';
import { UndoLedgerMerge } from './undo-ledger-merge.js';

const COMMON = { 400: 'validation_failed', 401: 'unauthenticated', 403: 'forbidden' };

@ApiTags('Company: chart of accounts')
@Controller('api')
export class LedgerMergesController {
  constructor(
    private readonly mergeLedgers: MergeLedgers,
    private readonly undoMerge: UndoLedgerMerge,
    private readonly readMerges: ReadLedgerMerges,
  ) {}

  @Post('ledgers/:id/merge')
  @CompanyRoute('ledgers:write')
  @IdempotencyKeyHeader()
  @ApiBody({
    type: MergeLedgersDto,
    examples: { twice: { value: { into_ledger_id: '383483921874944', reason: 'Entered twice' } } },
  })
  @ApiOperation({
    summary: 'Merge a ledger into another',
    description:
      'Every voucher of it gets a new version that stands in the other ledger, each in the edit log; opening balances are added up. The ledger stays, not active. Also needs vouchers:post. Can be undone.',
  })
  @Answer({ status: 201, description: 'the merge', data: { ledger_merge: LedgerMergeDto } })
  @Refusals({
    ...COMMON,
    404: 'ledger_not_found',
    409: 'bill_name_taken, idempotency_key_reused',
    422: 'ledger_not_found, ledgers_same, reserved, group_nature, ledger_bills, ledger_reconciled, merge_too_large, period_locked, year_closed',
  })
  async merge(
    @Param('id') id: string,
    @Body() body: MergeLedgersDto,
    @CurrentUser() user: CompanyPrincipal,
    @CurrentActor() actor: Actor,
    @Idempotency() idempotency: IdempotencyRequest | undefined,
  ) {
    assertMayPost(user);
    const options = { actor, idempotency, mayOverrideLock: mayOverrideLock(user) };
    return { ledger_merge: await this.mergeLedgers.merge(id, body, options) };
  }

  @Get('ledger-merges')
  @CompanyRoute('ledgers:read')
  @ApiOperation({ summary: 'List merges of ledgers', description: 'Newest first.' })
  @Answer({ description: 'a page', data: { ledger_merges: [LedgerMergeDto] }, meta: 'page' })
  @Refusals(COMMON)
  async list(@Query() query: ListLedgerMergesQuery) {
    const { merges, total } = await this.readMerges.list(query);
    return new Paged({ ledger_merges: merges }, { page: query.page, limit: query.limit, total });
  }

  @Post('ledger-merges/:id/undo')
  @HttpCode(200)
  @CompanyRoute('ledgers:write')
  @IdempotencyKeyHeader()
  @ApiBody({
    type: UndoLedgerMergeDto,
    required: false,
    examples: { two: { value: { reason: 'Two customers after all' } } },
  })
  @ApiOperation({
    summary: 'Undo a merge',
    description: 'As long as none of its vouchers was altered since. What was cancelled meanwhile stays cancelled.',
  })
  @Answer({ description: 'the merge', data: { ledger_merge: LedgerMergeDto } })
  @Refusals({
    ...COMMON,
    404: 'ledger_merge_not_found',
    409: 'merge_undone, merge_changed, idempotency_key_reused',
    422: 'period_locked, year_closed',
  })
  async undo(
    @Param('id') id: string,
    @Body() body: UndoLedgerMergeDto,
    @CurrentUser() user: CompanyPrincipal,
    @CurrentActor() actor: Actor,
    @Idempotency() idempotency: IdempotencyRequest | undefined,
  ) {
    assertMayPost(user);
    const options = { actor, idempotency, mayOverrideLock: mayOverrideLock(user) };
    return { ledger_merge: await this.undoMerge.undo(id, body ?? {}, options) };
  }
}

function assertMayPost(user: CompanyPrincipal): void {
  if (!user.permissions.has('vouchers:post')) throw forbidden('Merging alters vouchers, which needs vouchers:post.');
}
