import { Paged } from '@finvera/common';
import { CostCentreStatement } from '../../cost-centres/cost-centre-statement.js';
import { CostCentreStatementDto, CostCentreStatementQuery } from '../../cost-centres/cost-centre-report.dto.js';
import { voucherLink } from '../frame/links.js';
import { DefineReport, type Report } from '../frame/report.js';
import { date, paged, type ReportTable, side, text } from '../frame/report-table.js';
import { ReportPeriod } from '../report-period.js';

/** The query with the centre's id, which stands in the path. */
type CentreQuery = CostCentreStatementQuery & { id: string };

const PAGE = 1_000;

@DefineReport({
  name: 'cost-centre-statement',
  path: 'cost-centres/:id/statement',
  title: 'Entries of a cost centre',
  description:
    'In order of date; without the centres below it. JSON comes page by page; the other forms have the whole period.',
  query: CostCentreStatementQuery,
  answer: { data: { statement: CostCentreStatementDto }, meta: 'cursor' },
  refusals: { 404: 'cost_centre_not_found' },
})
export class CostCentreStatementReport implements Report<CentreQuery> {
  constructor(
    private readonly period: ReportPeriod,
    private readonly statement: CostCentreStatement,
  ) {}

  async answer(query: CentreQuery) {
    const { statement, nextCursor } = await this.read(query, query.cursor, query.limit);
    return new Paged({ statement }, { next_cursor: nextCursor, limit: query.limit });
  }

  async table(query: CentreQuery): Promise<ReportTable> {
    const { statement } = await this.read(query, undefined, 1);
    const { from, to } = statement;
    return {
      title: 'Entries of a cost centre',
      subject: statement.cost_centre,
      period: `${from} to ${to}`,
      columns: [
        date('date', 'Date'),
        text('voucher_type', 'Type', 1.4),
        text('voucher_number', 'Number', 1.6),
        text('ledger', 'Ledger', 2),
        text('narration', 'Narration', 3),
        side('debit', 'Debit'),
        side('credit', 'Credit'),
      ],
      rows: paged(
        async (cursor) => {
          const page = await this.read({ ...query, from, to }, cursor, PAGE);
          return { page: page.statement.lines, nextCursor: page.nextCursor };
        },
        (lines) =>
          lines.map(({ links, ...line }) => ({ kind: 'line' as const, cells: cellsOf(line), link: links.voucher })),
      ),
      countRows: (max) => this.statement.count(query.id, { from, to, max }),
    };
  }

  private async read(query: CentreQuery, cursor: string | undefined, limit: number) {
    const period = await this.period.of(query.from, query.to);
    const { statement, nextCursor } = await this.statement.read(query.id, { ...period, cursor, limit });
    const lines = statement.lines.map((line) => ({ ...line, links: voucherLink(line.voucher_id) }));
    return { statement: { ...statement, lines }, nextCursor };
  }
}

const cellsOf = ({
  date: day,
  voucher_type,
  voucher_number,
  ledger,
  narration,
  debit,
  credit,
}: Record<string, string | null>) => ({
  date: day,
  voucher_type,
  voucher_number,
  ledger,
  narration,
  debit,
  credit,
});
