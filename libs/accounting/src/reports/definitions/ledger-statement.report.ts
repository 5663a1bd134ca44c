import { malformed, Paged } from '@finvera/common';
import { InjectTenantReader, TenantReader } from '@finvera/tenancy';
import { statementLink, voucherLink } from '../frame/links.js';
import { readKnownAt } from '../frame/known-at.js';
import { DefineReport, type Report } from '../frame/report.js';
import { balance, date, type ReportRow, type ReportTable, side, text } from '../frame/report-table.js';
import { KnownStatement } from '../known-statement.js';
import { LedgerStatement, type StatementRequest } from '../ledger-statement.js';
import { StatementDto, StatementQuery } from '../report.dto.js';
import { ReportPeriod } from '../report-period.js';
import { RunningTotals } from '../running-totals.js';

/** The query with the ledger's id, which stands in the path. */
type LedgerQuery = StatementQuery & { id: string };

const PAGE = 1_000;

const COUNT_LINES = `SELECT COUNT(*) AS count FROM (SELECT 1 FROM entries e
  WHERE e.ledger_id = ? AND e.in_books = 1 AND e.is_opening = 0 AND e.date BETWEEN ? AND ? LIMIT ?) some`;

@DefineReport({
  name: 'ledger-statement',
  path: 'ledgers/:id/statement',
  title: 'Statement of a ledger',
  description:
    'Lines in order of date with running balance; opening, closing and balance are signed, debit positive. Opening and totals are those of the whole period on every page. Pages can be turned both ways, and any page costs the same: `position=end` is the last one (not with `known_at`). JSON comes page by page; the other forms have the whole period.',
  query: StatementQuery,
  answer: { data: { statement: StatementDto }, meta: 'cursors' },
  refusals: { 404: 'ledger_not_found' },
})
export class LedgerStatementReport implements Report<LedgerQuery> {
  constructor(
    private readonly period: ReportPeriod,
    private readonly statement: LedgerStatement,
    private readonly knownStatement: KnownStatement,
    @InjectTenantReader() private readonly reader: TenantReader,
  ) {}

  async answer(query: LedgerQuery) {
    const { cursor, position, limit } = query;
    const { statement, nextCursor, previousCursor } = await this.read(query, { cursor, position, limit });
    return new Paged({ statement }, { next_cursor: nextCursor, previous_cursor: previousCursor, limit });
  }

  async table(query: LedgerQuery): Promise<ReportTable> {
    const first = await this.read(query, { limit: PAGE });
    const { from, to, ledger, ledger_id: ledgerId, opening } = first.statement;
    const read = (cursor: string) => this.read({ ...query, from, to }, { cursor, limit: PAGE });
    return {
      title: 'Statement of account',
      subject: ledger,
      period: `${from} to ${to}`,
      columns: [
        date('date', 'Date'),
        text('voucher_type', 'Type', 1.4),
        text('voucher_number', 'Number', 1.6),
        text('narration', 'Narration', 3.5),
        side('debit', 'Debit'),
        side('credit', 'Credit'),
        balance('balance', 'Balance'),
      ],
      rows: rowsOf({ ...first, opening }, read, statementLink(ledgerId, { from, to }).statement!),
      countRows: (max) =>
        this.reader.read(async (source) => {
          const [row] = await source.query(COUNT_LINES, [ledgerId, from, to, max]);
          return Number(row.count);
        }),
    };
  }

  private async read(query: LedgerQuery, page: Pick<StatementRequest, 'cursor' | 'position' | 'limit'>) {
    const period = await this.period.of(query.from, query.to);
    const request = { ...period, ledgerId: query.id, ...page };
    const knownAt = readKnownAt(query.known_at);
    if (knownAt && page.position === 'end')
      throw malformed('position=end is not for what was known at a past moment; begin at the start', [
        { field: 'position', message: 'not together with known_at' },
      ]);
    const { statement, nextCursor, previousCursor } = knownAt
      ? { previousCursor: null, ...(await this.knownStatement.read({ ...request, knownAt })) }
      : await this.statement.read(request);
    const lines = statement.lines.map((line) => ({ ...line, links: voucherLink(line.voucher_id) }));
    return { statement: { ...statement, lines }, nextCursor, previousCursor };
  }
}

type Page = Awaited<ReturnType<LedgerStatementReport['answer']>>['data']['statement'];

/** Balances run on from line to line, so that the file agrees with itself although it is read page by page. */
async function* rowsOf(
  first: { statement: Page; nextCursor: string | null; opening: string },
  read: (cursor: string) => Promise<{ statement: Page; nextCursor: string | null }>,
  link: string,
): AsyncGenerator<ReportRow> {
  const { opening } = first;
  const totals = new RunningTotals(['debit', 'credit'], opening);
  yield { kind: 'subtotal', cells: { narration: 'Opening balance', balance: opening }, link };
  for (let page: { statement: Page; nextCursor: string | null } = first; ; page = await read(page.nextCursor)) {
    for (const { links, ...cells } of page.statement.lines) {
      totals.add({ debit: cells.debit, credit: cells.credit });
      yield { kind: 'line', cells: { ...cells, balance: totals.net(opening) }, link: links.voucher };
    }
    if (page.nextCursor === null) break;
  }
  yield { kind: 'total', cells: { narration: 'Closing balance', ...totals.cells(), balance: totals.net(opening) } };
}
