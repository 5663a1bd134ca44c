import { ForeignPositionsDto, ForeignPositionsQuery } from '../../currencies/exchange-differences.dto.js';
import { ForeignPositionsFigures } from '../../currencies/foreign-positions-figures.js';
import { firstLink, statementLink } from '../frame/links.js';
import { DefineReport, type Report } from '../frame/report.js';
import { balance, number, type ReportTable, text } from '../frame/report-table.js';
import { ReportPeriod } from '../report-period.js';

@DefineReport({
  name: 'foreign-balances',
  title: 'Foreign balances',
  description:
    'What ledgers of money, receivables, payables and loans hold in foreign currencies, by bill reference, with the gains and losses that are not yet in the books: `realised` by settlement, `unrealised` at the latest rate.',
  query: ForeignPositionsQuery,
  answer: { data: { foreign_balances: ForeignPositionsDto } },
})
export class ForeignBalancesReport implements Report<ForeignPositionsQuery> {
  constructor(
    private readonly period: ReportPeriod,
    private readonly figures: ForeignPositionsFigures,
  ) {}

  async answer(query: ForeignPositionsQuery) {
    return { foreign_balances: await this.read(query) };
  }

  async table(query: ForeignPositionsQuery): Promise<ReportTable> {
    const { as_of, base_currency, rows, totals } = await this.read(query);
    return {
      title: 'Foreign balances',
      period: `as of ${as_of}`,
      columns: [
        text('ledger', 'Ledger', 3),
        text('bill', 'Bill', 1.5),
        text('currency', 'Currency', 1),
        // digits of a foreign currency are its own
        number('foreign_balance', 'Foreign balance'),
        balance('base_balance', `Balance ${base_currency}`),
        balance('carrying_amount', 'Carried at'),
        number('rate', 'Rate'),
        balance('realised', 'Realised'),
        balance('unrealised', 'Unrealised'),
      ],
      rows: [
        ...rows.map(({ links, ledger_id: _, ...cells }) => ({ kind: 'line' as const, cells, link: firstLink(links) })),
        { kind: 'total', cells: { ledger: 'Total', ...totals } },
      ],
    };
  }

  private async read(query: ForeignPositionsQuery) {
    const { from, to: asOf } = await this.period.of(undefined, query.as_of);
    const report = await this.figures.read(asOf, query.ledger_id ?? null);
    return {
      ...report,
      rows: report.rows.map((row) => ({ ...row, links: statementLink(row.ledger_id, { from, to: asOf }) })),
    };
  }
}
