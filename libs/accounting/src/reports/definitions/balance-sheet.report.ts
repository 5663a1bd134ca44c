import { comparativeCells, comparativeColumns } from '../frame/comparatives.js';
import { comparedDates } from '../frame/compared-periods.js';
import { readKnownAt } from '../frame/known-at.js';
import { pathOf } from '../frame/links.js';
import { DefineReport, type Report } from '../frame/report.js';
import { amount, type ReportRow, type ReportTable, text } from '../frame/report-table.js';
import { scheduleBalanceSheet, scheduleRows } from '../schedule-iii/forms.js';
import { ScheduleOwnLines } from '../schedule-iii/own-lines.js';
import type { Amounts } from '../schedule-iii/schedule.js';
import type { LedgerMovement } from '../ledger-movements.js';
import { sum } from '../amounts.js';
import { ReadGroupTree } from '../group-tree.js';
import { KnownMovements } from '../known-movements.js';
import { BalanceSheetDto, BalanceSheetQuery } from '../report.dto.js';
import { ReportPeriod } from '../report-period.js';
import { compareSections } from '../statement-comparison.js';
import { sectionRows } from '../statement-rows.js';
import { balanceSheet } from '../statements-of-account.js';

const FIGURES = ['assets', 'liabilities', 'equity', 'profit_not_closed'] as const;

@DefineReport({
  name: 'balance-sheet',
  title: 'Balance sheet',
  description:
    'By the nature of the groups, not by the side on which a ledger happens to stand. Profit that no year-end has closed is a line of its own in equity, so that assets = liabilities + equity on every date.',
  query: BalanceSheetQuery,
  answer: { data: { balance_sheet: BalanceSheetDto } },
})
export class BalanceSheetReport implements Report<BalanceSheetQuery> {
  constructor(
    private readonly period: ReportPeriod,
    private readonly movements: KnownMovements,
    private readonly groupTree: ReadGroupTree,
    private readonly ownLines: ScheduleOwnLines,
  ) {}

  async answer(query: BalanceSheetQuery) {
    return { balance_sheet: await this.read(query) };
  }

  async table(query: BalanceSheetQuery): Promise<ReportTable> {
    const { as_of, sections, dates = [], comparatives, schedule_iii, ...figures } = await this.read(query);
    const figure = (title: string, name: (typeof FIGURES)[number], kind: ReportRow['kind'] = 'total'): ReportRow => ({
      kind,
      cells: {
        particulars: title,
        amount: figures[name],
        ...comparativeCells(comparatives?.map((other) => other[name])),
      },
      ...(name === 'profit_not_closed' && { depth: 1, link: pathOf('reports/profit-and-loss', { to: as_of }) }),
    });
    const rowsOf = (name: string, title: string) =>
      sectionRows(sections.find(({ section }) => section === name)!, title);
    return {
      title: schedule_iii ? 'Balance sheet (Schedule III)' : 'Balance sheet',
      period: `as of ${as_of}`,
      columns: [text('particulars', 'Particulars', 5), amount('amount', as_of), ...comparativeColumns(dates)],
      rows: schedule_iii
        ? scheduleRows(schedule_iii)
        : [
            ...rowsOf('equity', 'Equity: capital and reserves'),
            figure('Profit not closed', 'profit_not_closed', 'line'),
            figure('Total equity', 'equity'),
            ...rowsOf('liabilities', 'Liabilities'),
            figure('Total liabilities', 'liabilities'),
            ...rowsOf('assets', 'Assets'),
            figure('Total assets', 'assets'),
          ],
    };
  }

  private async read(query: BalanceSheetQuery) {
    const { from, to: asOf } = await this.period.of(undefined, query.as_of);
    const tree = await this.groupTree.read();
    const knownAt = readKnownAt(query.known_at);
    const of = async (date: string) => {
      const { movements, settings } = await this.movements.between(date, date, { knownAt });
      const digits = settings.currencyDigits;
      return { settings, amounts: standing(movements), report: balanceSheet(movements, tree, { asOf: date, digits }) };
    };
    const main = await of(asOf);
    const dates = comparedDates(asOf, query.compare, main.settings.financialYearStart);
    const others: (typeof main)[] = [];
    for (const date of dates) others.push(await of(date));
    const isCompared = query.compare !== undefined;
    const options = { tree, period: { from, to: asOf }, isCompared };
    return {
      ...main.report,
      sections: compareSections(
        main.report.sections,
        others.map(({ report }) => report.sections),
        options,
      ),
      ...(isCompared && { dates, comparatives: others.map(({ report: { sections: _, ...figures } }) => figures) }),
      ...(query.form === 'schedule_iii' && {
        schedule_iii: scheduleBalanceSheet([main.amounts, ...others.map(({ amounts }) => amounts)], {
          ...options,
          digits: main.settings.currencyDigits,
          own: await this.ownLines.read(),
        }),
      }),
    };
  }
}

/** What stands at the date; what no year-end has closed is a line of its own among reserves. */
function standing(movements: readonly LedgerMovement[]): Amounts {
  const amountOf = (one: LedgerMovement) => one.before.plus(one.debit).minus(one.credit);
  const isEarned = ({ nature }: LedgerMovement) => nature === 'income' || nature === 'expense';
  return {
    movements: movements.filter((one) => !isEarned(one)),
    amountOf,
    besides: {
      reserves_and_surplus: { title: 'Profit not closed', amount: sum(movements.filter(isEarned).map(amountOf)) },
    },
  };
}
