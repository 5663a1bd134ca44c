import { groupBy } from '@finvera/common';
import { CostCentreFigures } from '../../cost-centres/cost-centre-figures.js';
import { CostCentreReportDto, CostCentreReportQuery } from '../../cost-centres/cost-centre-report.dto.js';
import { firstLink, pathOf, statementLink } from '../frame/links.js';
import { DefineReport, type Report } from '../frame/report.js';
import { balance, type ReportRow, type ReportTable, side, text } from '../frame/report-table.js';
import { ReportPeriod } from '../report-period.js';

@DefineReport({
  name: 'cost-centres',
  title: 'Cost centres',
  description:
    'What moved in each centre within a period, by ledger, alone and together with the centres below it; sums per cost category.',
  query: CostCentreReportQuery,
  answer: { data: { cost_centres: CostCentreReportDto } },
})
export class CostCentresReport implements Report<CostCentreReportQuery> {
  constructor(
    private readonly period: ReportPeriod,
    private readonly figures: CostCentreFigures,
  ) {}

  async answer(query: CostCentreReportQuery) {
    return { cost_centres: await this.read(query) };
  }

  async table(query: CostCentreReportQuery): Promise<ReportTable> {
    const { from, to, categories, rows } = await this.read(query);
    const ofCategory = groupBy(rows, ({ cost_category_id }) => cost_category_id);
    return {
      title: 'Cost centres',
      period: `${from} to ${to}`,
      columns: [
        text('particulars', 'Particulars', 4),
        side('debit', 'Debit'),
        side('credit', 'Credit'),
        balance('net', 'Net'),
        balance('with_below', 'With centres below'),
      ],
      rows: categories.flatMap(({ cost_category_id: id, cost_category, debit, credit, net }): ReportRow[] => [
        { kind: 'heading', cells: { particulars: cost_category } },
        ...(ofCategory.get(id) ?? []).flatMap((row): ReportRow[] => [
          {
            kind: 'subtotal',
            depth: 1,
            cells: {
              particulars: row.cost_centre,
              debit: row.debit,
              credit: row.credit,
              net: row.net,
              with_below: row.with_below.net,
            },
            link: firstLink(row.links),
          },
          ...row.ledgers.map((ledger) => ({
            kind: 'line' as const,
            depth: 2,
            cells: { particulars: ledger.ledger, debit: ledger.debit, credit: ledger.credit, net: ledger.net },
            link: firstLink(ledger.links),
          })),
        ]),
        { kind: 'total', cells: { particulars: `Total ${cost_category}`, debit, credit, net } },
      ]),
    };
  }

  private async read(query: CostCentreReportQuery) {
    const period = await this.period.of(query.from, query.to);
    const report = await this.figures.read(period, query.category_id);
    return {
      ...report,
      rows: report.rows.map((row) => ({
        ...row,
        ledgers: row.ledgers.map((ledger) => ({ ...ledger, links: statementLink(ledger.ledger_id, period) })),
        links: { report: pathOf(`cost-centres/${row.cost_centre_id}/statement`, period) },
      })),
    };
  }
}
