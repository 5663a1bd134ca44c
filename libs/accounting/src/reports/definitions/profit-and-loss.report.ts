import { comparativeCells, comparativeColumns } from '../frame/comparatives.js';
import { comparedPeriods, type Period } from '../frame/compared-periods.js';
import { readKnownAt } from '../frame/known-at.js';
import { DefineReport, type Report } from '../frame/report.js';
import { amount, type ReportRow, type ReportTable, text } from '../frame/report-table.js';
import { scheduleProfitAndLoss, scheduleRows } from '../schedule-iii/forms.js';
import { ScheduleOwnLines } from '../schedule-iii/own-lines.js';
import type { Amounts } from '../schedule-iii/schedule.js';
import type { LedgerMovement } from '../ledger-movements.js';
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
    private readonly ownLines: ScheduleOwnLines,
  ) {}

  async answer(query: ProfitAndLossQuery) {
    return { profit_and_loss: await this.read(query) };
  }

  async table(query: ProfitAndLossQuery): Promise<ReportTable> {
    const { from, to, sections, periods = [], comparatives, schedule_iii, ...figures } = await this.read(query);
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
      title: schedule_iii ? 'Statement of profit and loss (Schedule III)' : 'Profit and loss',
      period: `${from} to ${to}`,
      columns: [
        text('particulars', 'Particulars', 5),
        amount('amount', `${from} to ${to}`),
        ...comparativeColumns(periods.map((one) => `${one.from} to ${one.to}`)),
      ],
      rows: schedule_iii
        ? scheduleRows(schedule_iii)
        : [
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
      const digits = settings.currencyDigits;
      const earned = movements.filter(({ nature }) => nature === 'income' || nature === 'expense');
      const amountOf = (one: LedgerMovement) => one.debit.minus(one.credit).plus(withOpening ? one.before : 0);
      const amounts: Amounts = { movements: earned, amountOf };
      return { digits, amounts, report: profitAndLoss(movements, tree, { from, to, digits, withOpening }) };
    };
    const main = await of(period);
    const periods = comparedPeriods(period, query.compare);
    const others: (typeof main)[] = [];
    for (const one of periods) others.push(await of(one));
    const isCompared = query.compare !== undefined;
    const sections: ComparedSection[] = compareSections(
      main.report.sections,
      others.map(({ report }) => report.sections),
      { tree, period, isCompared },
    );
    const options = { tree, digits: main.digits, period, isCompared };
    return {
      ...main.report,
      sections,
      ...(isCompared && { periods, comparatives: others.map(({ report: { sections: _, ...figures } }) => figures) }),
      ...(query.form === 'schedule_iii' && {
        schedule_iii: scheduleProfitAndLoss([main.amounts, ...others.map(({ amounts }) => amounts)], {
          ...options,
          own: await this.ownLines.read(),
        }),
      }),
    };
  }
}
