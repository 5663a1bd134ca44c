import { addDays } from '@finvera/common';
import { financialYearOf } from '../../periods/financial-year.js';
import type { Period } from '../frame/compared-periods.js';

export const RELATIVE_PERIODS = [
  'today',
  'this_month',
  'last_month',
  'this_quarter',
  'last_quarter',
  'this_year',
  'last_year',
] as const;
export type RelativePeriod = (typeof RELATIVE_PERIODS)[number];

const MONTHS_OF_A_QUARTER = 3;

/**
 * The period that such words mean on a day. Quarters and years are those of the financial year; they run to their end,
 * also when it is still to come.
 * @param yearStart first day of a financial year as "MM-DD"
 */
export function relativePeriod(words: RelativePeriod, today: string, yearStart: string): Period {
  if (words === 'today') return { from: today, to: today };
  const [which, unit] = words.split('_') as ['this' | 'last', 'month' | 'quarter' | 'year'];
  const current = CURRENT[unit](today, yearStart);
  return which === 'this' ? current : CURRENT[unit](addDays(current.from, -1), yearStart);
}

const CURRENT: Record<'month' | 'quarter' | 'year', (day: string, yearStart: string) => Period> = {
  month: (day) => monthsFrom(`${day.slice(0, 7)}-01`, 1),
  quarter: (day, yearStart) => {
    const { start, end } = financialYearOf(day, yearStart);
    for (let from = start; ; ) {
      const quarter = monthsFrom(from, MONTHS_OF_A_QUARTER);
      if (day <= quarter.to || quarter.to >= end) return quarter;
      from = addDays(quarter.to, 1);
    }
  },
  year: (day, yearStart) => {
    const { start, end } = financialYearOf(day, yearStart);
    return { from: start, to: end };
  },
};

/** Whole months from a day that every month has. */
function monthsFrom(from: string, count: number): Period {
  const month = Number(from.slice(0, 4)) * 12 + Number(from.slice(5, 7)) - 1 + count;
  const next = `${String(Math.floor(month / 12)).padStart(4, '0')}-${String((month % 12) + 1).padStart(2, '0')}`;
  return { from, to: addDays(`${next}${from.slice(7)}`, -1) };
}
