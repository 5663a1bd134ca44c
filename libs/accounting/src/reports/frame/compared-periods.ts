import { addDays, daysBetween } from '@finvera/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, Matches } from 'class-validator';
import { financialYearOf } from '../../periods/financial-year.js';
import type { Constructor } from './mixin.js';

/** Columns beside the period that is asked for. */
export const COMPARED_MAX = 12;

export interface Period {
  /** first day */
  from: string;
  /** last day */
  to: string;
}

export class ComparedPeriodDto {
  @ApiProperty({ example: '2025-04-01' }) from: string;
  @ApiProperty({ example: '2026-03-31' }) to: string;
}

/** Adds `compare` to a query. */
export function Comparing<Base extends Constructor>(base: Base) {
  class ComparingQuery extends base {
    @ApiPropertyOptional({
      example: 'previous_year',
      description: `further columns: previous_period, previous_year, or a number: so many periods before (at most ${COMPARED_MAX}). The period before one of whole months has as many months; before others, as many days. Before a balance sheet's date stands the end of the financial year before it.`,
    })
    @IsOptional()
    @Matches(/^(previous_period|previous_year|[1-9]|1[0-2])$/, {
      message: `compare must be previous_period, previous_year or a number from 1 to ${COMPARED_MAX}`,
    })
    compare?: string;
  }
  return ComparingQuery;
}

/** The periods to compare a period with, the nearest first. */
export function comparedPeriods(period: Period, compare: string | undefined): Period[] {
  if (compare === undefined) return [];
  if (compare === 'previous_year') return [yearBefore(period)];
  const count = compare === 'previous_period' ? 1 : Number(compare);
  const periods: Period[] = [];
  for (let one = period; periods.length < count; periods.push(one)) one = periodBefore(one);
  return periods;
}

/**
 * The dates to compare a balance sheet's with, the nearest first: ends of earlier financial years ("previous reporting
 * period"), or the same day a year before.
 * @param yearStart first day of a financial year as "MM-DD"
 */
export function comparedDates(asOf: string, compare: string | undefined, yearStart: string): string[] {
  if (compare === undefined) return [];
  if (compare === 'previous_year') return [monthsLater(asOf, -12)];
  const count = compare === 'previous_period' ? 1 : Number(compare);
  const dates: string[] = [];
  for (let date = asOf; dates.length < count; dates.push(date))
    date = addDays(financialYearOf(date, yearStart).start, -1);
  return dates;
}

const yearBefore = ({ from, to }: Period): Period => ({ from: monthsLater(from, -12), to: monthsLater(to, -12) });

function periodBefore({ from, to }: Period): Period {
  const end = addDays(from, -1);
  const isWholeMonths = from.endsWith('-01') && addDays(to, 1).endsWith('-01');
  if (isWholeMonths) return { from: monthsLater(from, -monthsBetween(from, addDays(to, 1))), to: end };
  return { from: addDays(end, -daysBetween(from, to)), to: end };
}

const monthOf = (date: string) => Number(date.slice(0, 4)) * 12 + Number(date.slice(5, 7)) - 1;
const monthsBetween = (from: string, to: string) => monthOf(to) - monthOf(from);

/** The same day of another month; the end of a month stays the end, and where it is shorter its last day is taken. */
function monthsLater(date: string, months: number): string {
  const month = monthOf(date) + months;
  const first = (count: number) =>
    `${String(Math.floor(count / 12)).padStart(4, '0')}-${String((count % 12) + 1).padStart(2, '0')}-01`;
  const last = addDays(first(month + 1), -1);
  const isLast = addDays(date, 1).endsWith('-01');
  const same = `${first(month).slice(0, 8)}${date.slice(8)}`;
  return isLast || same > last ? last : same;
}
