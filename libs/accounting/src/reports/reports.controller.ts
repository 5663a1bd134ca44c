import { Answer, CompanyRoute, Paged, Refusals } from '@finvera/common';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { VoucherDto } from '../vouchers/voucher.dto.js';
import { readBuckets } from './ageing.js';
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
      'Six columns: opening and closing net on one side, gross movement from `from` to `as_of`, both days included. Opening balances are opening, never movement. Income and expense open with what they moved since the first day of the financial year that holds `from`; the result of earlier years that was not closed stands in the opening of *Profit & Loss A/c*. Each pair of totals is equal.',
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
    description:
      'Income and expense of a period, each in its own direction. What income and expense ledgers open with belongs to a period that holds the first day of the books; what closes a year does not.',
  })
  @Answer({ description: 'the report', data: { profit_and_loss: ProfitAndLossDto } })
  @Refusals(COMMON)
  async profitAndLoss(@Query() query: PeriodQuery) {
    const { from, to } = await this.period.of(query.from, query.to);
    const { movements, settings } = await this.movements.between(from, to, { closings: false });
    const options = { from, to, digits: settings.currencyDigits, withOpening: from <= settings.booksBegin };
    return { profit_and_loss: profitAndLoss(movements, await this.groupTree.read(), options) };
  }

  @Get('reports/balance-sheet')
  @CompanyRoute('reports:read')
  @ApiOperation({
    summary: 'Balance sheet',
    description:
      'By the nature of the groups, not by the side on which a ledger happens to stand. Profit that no year-end has closed is a line of its own in equity, so that assets = liabilities + equity on every date.',
  })
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
    description:
      'All vouchers of a period in order of date and entry. Cancelled ones are there, marked by `status`; their amounts are in no balance.',
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
    description:
      'What is open per reference and party, debit positive. Parties are the ledgers below Sundry Debtors (receivable) or Sundry Creditors (payable), and any others kept bill by bill, by their nature. Advances stand as references of their own; what no reference explains, opening balances included, is `on_account`.',
  })
  @Answer({ description: 'the report', data: { outstandings: OutstandingsDto } })
  @Refusals({ ...COMMON, 404: 'ledger_not_found' })
  async readOutstandings(@Query() query: OutstandingsQuery) {
    const { to: asOf } = await this.period.of(undefined, query.as_of);
    const { side, age_by: ageBy, ledger_id: ledgerId } = query;
    const buckets = readBuckets(query.buckets);
    return { outstandings: await this.outstandings.read({ asOf, side, ageBy, ledgerId, buckets }) };
  }

  @Get('ledgers/:id/statement')
  @CompanyRoute('reports:read')
  @ApiOperation({
    summary: 'Statement of a ledger',
    description:
      'Lines in order of date with running balance; opening, closing and balance are signed, debit positive. Opening and totals are those of the whole period on every page.',
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
