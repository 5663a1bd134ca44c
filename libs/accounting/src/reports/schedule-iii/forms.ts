import type { Decimal } from '@finvera/common';
import { formatter, sum } from '../amounts.js';
import { comparativeCells } from '../frame/comparatives.js';
import type { ReportRow } from '../frame/report-table.js';
import { BALANCE_SHEET_SECTIONS, PROFIT_AND_LOSS_SECTIONS } from './lines.js';
import { type Amounts, fillSections, type FilledSection, type ScheduleOptions } from './schedule.js';

export interface ScheduleTotal {
  total: string;
  title: string;
  amount: string;
  comparatives?: string[];
}

export interface Schedule {
  sections: FilledSection[];
  totals: ScheduleTotal[];
}

/** Part II: statement of profit and loss. */
export function scheduleProfitAndLoss(all: readonly [Amounts, ...Amounts[]], options: ScheduleOptions): Schedule {
  const { sections, totals } = fillSections(PROFIT_AND_LOSS_SECTIONS, all, options);
  const [income, expenses, exceptional, tax] = totals as [Decimal[], Decimal[], Decimal[], Decimal[]];
  const less = (from: readonly Decimal[], what: readonly Decimal[]) =>
    from.map((one, index) => one.minus(what[index]!));
  const beforeExceptional = less(income, expenses);
  const beforeTax = less(beforeExceptional, exceptional);
  const total = totalsOf(options);
  return {
    sections,
    totals: [
      total('total_income', 'Total income', income),
      total('total_expenses', 'Total expenses', expenses),
      total('profit_before_exceptional_items_and_tax', 'Profit before exceptional items and tax', beforeExceptional),
      total('profit_before_tax', 'Profit before tax', beforeTax),
      total('tax_expense', 'Tax expense', tax),
      total('profit_for_the_period', 'Profit (loss) for the period', less(beforeTax, tax)),
    ],
  };
}

/** Part I: balance sheet. */
export function scheduleBalanceSheet(all: readonly [Amounts, ...Amounts[]], options: ScheduleOptions): Schedule {
  const { sections, totals } = fillSections(BALANCE_SHEET_SECTIONS, all, options);
  const addUp = (rows: readonly (readonly Decimal[])[]) => all.map((_, index) => sum(rows.map((row) => row[index]!)));
  const total = totalsOf(options);
  return {
    sections,
    totals: [
      total('equity_and_liabilities', 'Total equity and liabilities', addUp(totals.slice(0, 3))),
      total('assets', 'Total assets', addUp(totals.slice(3))),
    ],
  };
}

function totalsOf({ digits, isCompared }: ScheduleOptions) {
  const format = formatter(digits);
  return (total: string, title: string, [first, ...others]: readonly Decimal[]): ScheduleTotal => ({
    total,
    title,
    amount: format(first!),
    ...(isCompared && { comparatives: others.map(format) }),
  });
}

/** The form on paper. After which section which totals stand: those of a name that is not a section's follow at the end. */
const TOTALS_AFTER: Record<string, readonly string[]> = {
  income: ['total_income'],
  expenses: ['total_expenses', 'profit_before_exceptional_items_and_tax'],
  exceptional_items: ['profit_before_tax'],
  tax: ['tax_expense', 'profit_for_the_period'],
  current_liabilities: ['equity_and_liabilities'],
  current_assets: ['assets'],
};

export function scheduleRows({ sections, totals }: Schedule): ReportRow[] {
  const cells = (particulars: string, { amount, comparatives }: Pick<ScheduleTotal, 'amount' | 'comparatives'>) => ({
    particulars,
    amount,
    ...comparativeCells(comparatives),
  });
  return sections.flatMap((section): ReportRow[] => [
    ...(section.lines.length === 0 ? [] : [{ kind: 'heading' as const, cells: cells(section.title, section) }]),
    ...section.lines.flatMap((line): ReportRow[] => [
      { kind: 'subtotal', depth: 1, cells: cells(line.title, line) },
      ...line.ledgers.map((one) => ({
        kind: 'line' as const,
        depth: 2,
        cells: cells(one.ledger, one),
        link: one.links?.statement,
      })),
    ]),
    ...(TOTALS_AFTER[section.section] ?? []).flatMap((name) =>
      totals
        .filter(({ total }) => total === name)
        .map((one) => ({ kind: 'total' as const, cells: cells(one.title, one) })),
    ),
  ]);
}
