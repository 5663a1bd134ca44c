import { daysBetween } from '@finvera/common';

/**
 * Sums of a ledger stand at marks, as on a ruler. At the levels that are cumulative, a mark holds everything from the
 * beginning of its stretch (so many marks) to its own end; so the sum up to any day is one mark of each of them, and the
 * whole stretches before at the level that is not. A change of one day touches the marks from it to the ends of its
 * stretches: about twenty rows, whatever the books hold.
 */
const CUMULATIVE = [
  { level: 0, days: 1, marks: 8 },
  { level: 1, days: 8, marks: 16 },
  { level: 2, days: 128, marks: 16 },
] as const;
const WHOLE = { level: 3, days: 2_048 } as const;
/** Opening balances stand apart, one mark a day: they open every period, whatever their date. */
export const OPENING_LEVEL = 4;

/** As TO_DAYS() of the database counts. */
const DAY_OF_1970 = 719_528;

/** The day's number as marks count it: TO_DAYS(date). */
export const dayNumber = (date: string): number => DAY_OF_1970 + daysBetween('1970-01-01', date);

export interface Mark {
  level: number;
  mark: number;
}

/**
 * The marks whose sum is everything from the beginning of the books up to and including a day, openings aside.
 * @param firstDay number of the day before which there is nothing
 */
export function marksUpTo(day: number, firstDay: number): Mark[] {
  if (day < firstDay) return [];
  const marks: Mark[] = [{ level: 0, mark: day }];
  for (const { level, days, marks: stretch } of CUMULATIVE.slice(1)) {
    const mark = Math.floor(day / days);
    if (mark % stretch > 0) marks.push({ level, mark: mark - 1 });
  }
  const last = Math.floor(day / WHOLE.days);
  for (let mark = Math.floor(firstDay / WHOLE.days); mark < last; mark += 1) marks.push({ level: WHOLE.level, mark });
  return marks;
}

/** All marks that hold a day: at each level those from its own to the end of its stretch. */
export function* marksHolding(day: number): Generator<Mark> {
  for (const { level, days, marks } of CUMULATIVE) {
    const own = Math.floor(day / days);
    for (let mark = own, end = own - (own % marks) + marks; mark < end; mark += 1) yield { level, mark };
  }
  yield { level: WHOLE.level, mark: Math.floor(day / WHOLE.days) };
}
