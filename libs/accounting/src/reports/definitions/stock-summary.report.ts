import { StockSummaryDto, StockSummaryQuery } from '../../stock/stock.dto.js';
import { StockFigures } from '../../stock/stock-figures.js';
import { DefineReport, type Report } from '../frame/report.js';
import { amount, balance, number, type ReportTable, text } from '../frame/report-table.js';
import { ReportPeriod } from '../report-period.js';

@DefineReport({
  name: 'stock-summary',
  title: 'Stock summary',
  description:
    'Quantity and value of each item at a date, by godown; by FIFO or weighted average, as the item says. `difference` is what `POST /api/stock/value` would bring into the books.',
  query: StockSummaryQuery,
  answer: { data: { stock_summary: StockSummaryDto } },
})
export class StockSummaryReport implements Report<StockSummaryQuery> {
  constructor(
    private readonly period: ReportPeriod,
    private readonly figures: StockFigures,
  ) {}

  async answer(query: StockSummaryQuery) {
    return { stock_summary: await this.read(query) };
  }

  async table(query: StockSummaryQuery): Promise<ReportTable> {
    const { as_of, rows, total, in_books, difference } = await this.read(query);
    return {
      title: 'Stock summary',
      period: `as of ${as_of}`,
      columns: [
        text('item', 'Item', 4),
        number('quantity', 'Quantity'),
        text('unit', 'Unit', 1),
        amount('rate', 'Rate'),
        balance('value', 'Value'),
      ],
      rows: [
        ...rows.map(({ item, quantity, unit, rate, value }) => ({
          kind: 'line' as const,
          cells: { item, quantity, unit, rate, value },
        })),
        { kind: 'total', cells: { item: 'Total', value: total } },
        { kind: 'note', cells: { item: 'In the books', value: in_books } },
        { kind: 'note', cells: { item: 'Not in the books yet', value: difference } },
      ],
    };
  }

  private async read(query: StockSummaryQuery) {
    const { to: asOf } = await this.period.of(undefined, query.as_of);
    return this.figures.read(asOf, query.item_id ?? null);
  }
}
