import { BudgetVarianceDto, BudgetVarianceQuery } from '../../budgets/budget.dto.js';
import { BudgetVariance } from '../../budgets/budget-variance.js';
import { firstLink, groupLink, type Links, pathOf, statementLink } from '../frame/links.js';
import { DefineReport, type Report } from '../frame/report.js';
import { balance, number, type ReportTable, text } from '../frame/report-table.js';

/** The query with the budget's id, which stands in the path. */
type VarianceQuery = BudgetVarianceQuery & { id: string };

@DefineReport({
  name: 'budget-variance',
  path: 'budgets/:id/variance',
  title: 'Budget and actual',
  description:
    'What was planned for each ledger, group and cost centre against what moved in the direction of the plan; for whole months within the budget, by default for all of it.',
  query: BudgetVarianceQuery,
  answer: { data: { budget_variance: BudgetVarianceDto } },
  refusals: { 404: 'budget_not_found' },
})
export class BudgetVarianceReport implements Report<VarianceQuery> {
  constructor(private readonly variance: BudgetVariance) {}

  async answer(query: VarianceQuery) {
    return { budget_variance: await this.read(query) };
  }

  async table(query: VarianceQuery): Promise<ReportTable> {
    const { budget, from, to, rows } = await this.read(query);
    return {
      title: 'Budget and actual',
      subject: budget,
      period: `${from} to ${to}`,
      columns: [
        text('target', 'For', 4),
        text('side', 'Side', 1),
        balance('budget', 'Budget'),
        balance('actual', 'Actual'),
        balance('variance', 'Variance'),
        number('used_percent', 'Used %'),
      ],
      rows: rows.map(({ links, target, side, budget: planned, actual, variance, used_percent }) => ({
        kind: 'line' as const,
        cells: { target, side, budget: planned, actual, variance, used_percent },
        link: firstLink(links),
      })),
    };
  }

  private async read({ id, from, to }: VarianceQuery) {
    const report = await this.variance.read(id, { from, to });
    const links = (row: (typeof report.rows)[number]): Links => {
      if (row.kind === 'ledger') return statementLink(row.target_id, report);
      if (row.kind === 'group') return groupLink(row.target_id, report);
      return { report: pathOf(`cost-centres/${row.target_id}/statement`, { from: report.from, to: report.to }) };
    };
    return { ...report, rows: report.rows.map((row) => ({ ...row, links: links(row) })) };
  }
}
