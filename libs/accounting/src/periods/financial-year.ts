import { addDays } from '@finvera/common';

/** The calendar that databases and JSON know ends here. */
const LAST_YEAR = 9999;
const LAST_DAY = '9999-12-31';

/** More financial years than any books have. */
const YEARS_MAX = 200;

export interface FinancialYear {
  /** first day */
  start: string;
  /** last day */
  end: string;
  /** "2023-24", or "2023" when it is the calendar year */
  name: string;
}

/**
 * The financial year that holds a date.
 * @param start first day of a year as "MM-DD"; a day that every year has
 */
export function financialYearOf(date: string, start: string): FinancialYear {
  const year = Number(date.slice(0, 4)) - (date.slice(5) < start ? 1 : 0);
  const next = String(year + 1);
  return {
    start: `${year}-${start}`,
    end: year === LAST_YEAR ? LAST_DAY : addDays(`${next}-${start}`, -1),
    name: start === '01-01' ? String(year) : `${year}-${next.slice(-2)}`,
  };
}

/**
 * The financial years from the one that holds `first` to the one that holds `last`, at least one, at most 200.
 * @param start first day of a year as "MM-DD"
 */
export function financialYearsBetween(first: string, last: string, start: string): FinancialYear[] {
  const years: FinancialYear[] = [];
  for (let day = first; ; ) {
    const year = financialYearOf(day, start);
    years.push(year);
    if (year.end >= last || years.length === YEARS_MAX) return years;
    day = addDays(year.end, 1);
  }
}
