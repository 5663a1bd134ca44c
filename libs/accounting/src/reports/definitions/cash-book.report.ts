import { Paged } from '@finvera/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, Matches } from 'class-validator';
import { LinksDto } from '../frame/links.js';
import { DefineReport, type Report } from '../frame/report.js';
import { balance, date, type ReportRow, type ReportTable, side, text } from '../frame/report-table.js';
import { MoneyBook } from '../money-book.js';
import { PagedPeriodQuery, StatementLineDto } from '../report.dto.js';
import { ReportPeriod } from '../report-period.js';
import { RunningTotals } from '../running-totals.js';

const ID = '383483921874944';
const PAGE = 1_000;

class MoneyBookQuery extends PagedPeriodQuery {
  @ApiPropertyOptional({ description: 'one ledger of the book alone' })
  @IsOptional()
  @Matches(/^\d{1,20}$/, { message: 'ledger_id must be the id of a ledger' })
  ledger_id?: string;
}

class MoneyBookLedgerDto {
  @ApiProperty({ example: ID }) ledger_id: string;
  @ApiProperty({ example: 'Cash' }) ledger: string;
  @ApiProperty({ example: '0.00', description: 'debit positive' }) opening: string;
  @ApiProperty({ example: '1180.00' }) debit: string;
  @ApiProperty({ example: '0.00' }) credit: string;
  @ApiProperty({ example: '1180.00', description: 'debit positive' }) closing: string;
  @ApiProperty({ type: LinksDto }) links: LinksDto;
}

class MoneyBookLineDto extends StatementLineDto {
  @ApiProperty({ example: ID }) ledger_id: string;
  @ApiProperty({ example: 'Cash' }) ledger: string;
  @ApiProperty({ example: 'Sales', description: 'ledgers on the other side' }) particulars: string;
}

class MoneyBookDto {
  @ApiProperty({ example: '2026-04-01' }) from: string;
  @ApiProperty({ example: '2027-03-31' }) to: string;
  @ApiProperty({ example: '0.00', description: 'of all ledgers of the book before `from`; debit positive' })
  opening: string;
  @ApiProperty({ example: '1180.00' }) closing: string;
  @ApiProperty({ example: '1180.00', description: 'receipts of the whole period' }) total_debit: string;
  @ApiProperty({ example: '0.00', description: 'payments of the whole period' }) total_credit: string;
  @ApiProperty({ type: [MoneyBookLedgerDto] }) ledgers: MoneyBookLedgerDto[];
  @ApiProperty({ type: [MoneyBookLineDto] }) lines: MoneyBookLineDto[];
}

const DESCRIPTION =
  'Receipts (debit) and payments (credit) in order of date with the balance of all ledgers of the book together, and the ledgers one by one. Opening and totals are those of the whole period on every page. JSON comes page by page; the other forms have the whole period.';

/** @param groups the seeded groups whose ledgers the book has */
const moneyBookReport = (title: string, field: string, groups: readonly string[]) => {
  class MoneyBookReport implements Report<MoneyBookQuery> {
    constructor(
      readonly period: ReportPeriod,
      readonly moneyBook: MoneyBook,
    ) {}

    async answer(query: MoneyBookQuery) {
      const { book, nextCursor } = await this.read(query, query.cursor, query.limit);
      return new Paged({ [field]: book }, { next_cursor: nextCursor, limit: query.limit });
    }

    async table(query: MoneyBookQuery): Promise<ReportTable> {
      const first = await this.read(query, undefined, PAGE);
      const { from, to, opening } = first.book;
      return {
        title,
        period: `${from} to ${to}`,
        columns: [
          date('date', 'Date'),
          text('voucher_type', 'Type', 1.4),
          text('voucher_number', 'Number', 1.5),
          text('ledger', 'Ledger', 2),
          text('particulars', 'Particulars', 2.5),
          text('narration', 'Narration', 2.5),
          side('debit', 'Receipts'),
          side('credit', 'Payments'),
          balance('balance', 'Balance'),
        ],
        rows: rowsOf(opening, first, (cursor) => this.read({ ...query, from, to }, cursor, PAGE)),
        countRows: (max) => this.moneyBook.countLines({ groups, from, to, ledgerId: query.ledger_id }, max),
      };
    }

    private async read(query: MoneyBookQuery, cursor: string | undefined, limit: number) {
      const period = await this.period.of(query.from, query.to);
      return this.moneyBook.read({ ...period, groups, ledgerId: query.ledger_id, cursor, limit });
    }
  }
  return MoneyBookReport;
};

const answer = { meta: 'cursor' as const };
const refusals = { 404: 'ledger_not_found' };

@DefineReport({
  name: 'cash-book',
  title: 'Cash book',
  description: `The ledgers below Cash-in-Hand. ${DESCRIPTION}`,
  query: MoneyBookQuery,
  answer: { ...answer, data: { cash_book: MoneyBookDto } },
  refusals,
})
export class CashBookReport extends moneyBookReport('Cash book', 'cash_book', ['cash_in_hand']) {
  constructor(period: ReportPeriod, moneyBook: MoneyBook) {
    super(period, moneyBook);
  }
}

@DefineReport({
  name: 'bank-book',
  title: 'Bank book',
  description: `The ledgers below Bank Accounts and Bank OD A/c. ${DESCRIPTION}`,
  query: MoneyBookQuery,
  answer: { ...answer, data: { bank_book: MoneyBookDto } },
  refusals,
})
export class BankBookReport extends moneyBookReport('Bank book', 'bank_book', ['bank_accounts', 'bank_od']) {
  constructor(period: ReportPeriod, moneyBook: MoneyBook) {
    super(period, moneyBook);
  }
}

type Page = Awaited<ReturnType<MoneyBook['read']>>;

async function* rowsOf(
  opening: string,
  first: Page,
  read: (cursor: string) => Promise<Page>,
): AsyncGenerator<ReportRow> {
  const totals = new RunningTotals(['debit', 'credit'], opening);
  yield { kind: 'subtotal', cells: { particulars: 'Opening balance', balance: opening } };
  for (let page = first; ; page = await read(page.nextCursor)) {
    for (const { links, ...cells } of page.book.lines) {
      totals.add(cells);
      yield { kind: 'line', cells: { ...cells, balance: totals.net(opening) }, link: links.voucher };
    }
    if (page.nextCursor === null) break;
  }
  yield {
    kind: 'total',
    cells: { particulars: 'Closing balance', ...totals.cells(), balance: totals.net(opening) },
  };
}
