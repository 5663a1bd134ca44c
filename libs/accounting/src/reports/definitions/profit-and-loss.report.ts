import { comparativeCells, comparativeColumns } from '../frame/comparatives.js';
import { comparedPeriods, type Period } from '../frame/compared-periods.js';
import { readKnownAt } from '../frame/known-at.js';
import { DefineReport, type Report } from '../frame/report.js';
import { amount, type ReportRow, type ReportTable, text } from '../frame/report-table.js';
import { ReadGroupTree } from '../group-tree.js';
import { KnownMovements } from '../known-movements.js';
import { ProfitAndLossDto, ProfitAndLossQuery } from '../report.dto.js';
import { ReportPeriod } from '../report-period.js';
import { type ComparedSection, compareSections } from '../statement-comparison.js';
import { sectionRows } from '../statement-rows.js';
import { profitAndLoss } from '../statements-of-account.js';

const FIGURES = ['income', 'expense', 'gross_profit', 'net_profit'] as const;

const SECTION_TITLES: Record<string, string> = {
  direct_income: 'Direct income',
  direct_expense: 'Direct expense',
  indirect_income: 'Indirect income',
  indirect_expense: 'Indirect expense',
};

@DefineReport({
  name: 'profit-and-loss',
  title: 'Profit and loss',
  description:
    'Income and expense of a period, each in its own direction. What income and expense ledgers open with belongs to a period that holds the first day of the books; what closes a year does not.',
  query: ProfitAndLossQuery,
  answer: { data: { profit_and_loss: ProfitAndLossDto } },
})
export class ProfitAndLossReport implements Report<ProfitAndLossQuery> {
  constructor(
    private readonly period: ReportPeriod,
    private readonly movements: KnownMovements,
    private readonly groupTree: ReadGroupTree,
  ) {}

  async answer(query: ProfitAndLossQuery) {
    return { profit_and_loss: await this.read(query) };
  }

  async table(query: ProfitAndLossQuery): Promise<ReportTable> {
    const { from, to, sections, periods = [], comparatives, ...figures } = await this.read(query);
    const figure = (title: string, name: (typeof FIGURES)[number]): ReportRow => ({
      kind: 'total',
      cells: {
        particulars: title,
        amount: figures[name],
        ...comparativeCells(comparatives?.map((other) => other[name])),
      },
    });
    const rowsOf = (...names: string[]) =>
      names.flatMap((name) => sectionRows(sections.find(({ section }) => section === name)!, SECTION_TITLES[name]!));
    return {
      title: 'Profit and loss',
      period: `${from} to ${to}`,
      columns: [
        text('particulars', 'Particulars', 5),
        amount('amount', `${from} to ${to}`),
        ...comparativeColumns(periods.map((one) => `${one.from} to ${one.to}`)),
      ],
      rows: [
        ...rowsOf('direct_income', 'direct_expense'),
        figure('Gross profit', 'gross_profit'),
        ...rowsOf('indirect_income', 'indirect_expense'),
        figure('Net profit', 'net_profit'),
      ],
    };
  }

  private async read(query: ProfitAndLossQuery) {
    const period = await this.period.of(query.from, query.to);
    const tree = await this.groupTree.read();
    const knownAt = readKnownAt(query.known_at);
    const of = async ({ from, to }: Period) => {
      const { movements, settings } = await this.movements.between(from, to, { closings: false, knownAt });
      const withOpening = from <= settings.booksBegin;
      return profitAndLoss(movements, tree, { from, to, digits: settings.currencyDigits, withOpening });
    };
    const report = await of(period);
    const periods = comparedPeriods(period, query.compare);
    const others: (typeof report)[] = [];
    for (const one of periods) others.push(await of(one));
    const isCompared = query.compare !== undefined;
    const sections: ComparedSection[] = compareSections(
      report.sections,
      others.map((other) => other.sections),
      {
        tree,
        period,
        isCompared,
      },
    );
    return {
      ...report,
      sections,
      ...(isCompared && { periods, comparatives: others.map(({ sections: _, ...figures }) => figures) }),
    };
  }
}
