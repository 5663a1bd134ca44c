import { Answer, CompanyRoute, malformed, Paged, Refusals } from '@finvera/common';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { VoucherDto } from '../vouchers/voucher.dto.js';
import { DayBook } from './day-book.js';
import { ReadGroupTree } from './group-tree.js';
import { LedgerMovements } from './ledger-movements.js';
import { LedgerStatement } from './ledger-statement.js';
import { Outstandings } from './outstandings.js';
import {
  AsOfQuery,
  BalanceSheetDto,
  OutstandingsDto,
  OutstandingsQuery,
  PagedPeriodQuery,
  PeriodQuery,
  ProfitAndLossDto,
  StatementDto,
  TrialBalanceDto,
  TrialBalanceQuery,
} from './report.dto.js';
import { ReportPeriod } from './report-period.js';
import { balanceSheet, profitAndLoss } from './statements-of-account.js';
import { trialBalance } from './trial-balance.js';

const COMMON = { 400: 'validation_failed', 401: 'unauthenticated', 403: 'forbidden' };

@ApiTags('Company: reports')
@Controller('api')
export class ReportsController {
  constructor(
    private readonly period: ReportPeriod,
    private readonly movements: LedgerMovements,
    private readonly groupTree: ReadGroupTree,
    private readonly statement: LedgerStatement,
    private readonly dayBook: DayBook,
    private readonly outstandings: Outstandings,
  ) {}

  @Get('reports/trial-balance')
  @CompanyRoute('reports:read')
  @ApiOperation({
    summary: 'Trial balance',
    description:
      'Six columns: opening and closing net on one side, gross movement from `from` to `as_of`. Each pair of totals is equal.',
  })
  @Answer({ description: 'the trial balance', data: { trial_balance: TrialBalanceDto } })
  @Refusals(COMMON)
  async trialBalance(@Query() query: TrialBalanceQuery) {
    const { from, to: asOf } = await this.period.of(query.from, query.as_of);
    const { movements, settings } = await this.movements.between(from, asOf);
    const tree = await this.groupTree.read();
    return {
      trial_balance: trialBalance(movements, tree, { from, asOf, digits: settings.currencyDigits, level: query.level }),
    };
  }

  @Get('reports/profit-and-loss')
  @CompanyRoute('reports:read')
  @ApiOperation({
    summary: 'Profit and loss',
    description: 'Income and expense of a period, each in its own direction.',
  })
  @Answer({ description: 'the report', data: { profit_and_loss: ProfitAndLossDto } })
  @Refusals(COMMON)
  async profitAndLoss(@Query() query: PeriodQuery) {
    const { from, to } = await this.period.of(query.from, query.to);
    const { movements, settings } = await this.movements.between(from, to);
    const options = { from, to, digits: settings.currencyDigits, withOpening: from <= settings.booksBegin };
    return { profit_and_loss: profitAndLoss(movements, await this.groupTree.read(), options) };
  }

  @Get('reports/balance-sheet')
  @CompanyRoute('reports:read')
  @ApiOperation({ summary: 'Balance sheet', description: 'assets = liabilities + equity on every date.' })
  @Answer({ description: 'the report', data: { balance_sheet: BalanceSheetDto } })
  @Refusals(COMMON)
  async balanceSheet(@Query() query: AsOfQuery) {
    const { to: asOf } = await this.period.of(undefined, query.as_of);
    const { movements, settings } = await this.movements.between(asOf, asOf);
    return {
      balance_sheet: balanceSheet(movements, await this.groupTree.read(), { asOf, digits: settings.currencyDigits }),
    };
  }

  @Get('reports/day-book')
  @CompanyRoute('reports:read')
  @ApiOperation({
    summary: 'Day book',
    description: 'All vouchers of a period in order; cancelled ones are there, marked.',
  })
  @Answer({ description: 'a page', data: { vouchers: [VoucherDto] }, meta: 'cursor' })
  @Refusals(COMMON)
  async readDayBook(@Query() query: PagedPeriodQuery) {
    const period = await this.period.of(query.from, query.to);
    const { vouchers, nextCursor } = await this.dayBook.read({ ...period, cursor: query.cursor, limit: query.limit });
    return new Paged({ vouchers }, { next_cursor: nextCursor, limit: query.limit });
  }

  @Get('reports/outstandings')
  @CompanyRoute('reports:read')
  @ApiOperation({
    summary: 'Outstanding bills with ageing',
    description: 'Debit positive. Advances and on-account sums stand on their own.',
  })
  @Answer({ description: 'the report', data: { outstandings: OutstandingsDto } })
  @Refusals(COMMON)
  async readOutstandings(@Query() query: OutstandingsQuery) {
    const { to: asOf } = await this.period.of(undefined, query.as_of);
    const buckets = query.buckets.split(',').map(Number);
    if (buckets.some((end, index) => index > 0 && end <= buckets[index - 1]!))
      throw malformed(`buckets ${query.buckets} do not rise`, [{ field: 'buckets', message: 'must rise' }]);
    const { side, age_by: ageBy, ledger_id: ledgerId } = query;
    return { outstandings: await this.outstandings.read({ asOf, side, ageBy, ledgerId, buckets }) };
  }

  @Get('ledgers/:id/statement')
  @CompanyRoute('reports:read')
  @ApiOperation({
    summary: 'Statement of a ledger',
    description: 'Lines in order of date with running balance; balances are signed, debit positive.',
  })
  @Answer({ description: 'a page', data: { statement: StatementDto }, meta: 'cursor' })
  @Refusals({ ...COMMON, 404: 'ledger_not_found' })
  async readStatement(@Param('id') id: string, @Query() query: PagedPeriodQuery) {
    const period = await this.period.of(query.from, query.to);
    const { statement, nextCursor } = await this.statement.read({
      ...period,
      ledgerId: id,
      cursor: query.cursor,
      limit: query.limit,
    });
    return new Paged({ statement }, { next_cursor: nextCursor, limit: query.limit });
  }
}
