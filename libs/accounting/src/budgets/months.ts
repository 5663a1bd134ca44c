import { addDays, Decimal, ZERO } from '@finvera/common';

/** Longest budget. */
export const MONTHS_MAX = 60;

/** First day of the month after the one that holds a day. */
export function nextMonth(date: string): string {
  const [year, month] = [Number(date.slice(0, 4)), Number(date.slice(5, 7))];
  return month === 12 ? `${year + 1}-01-01` : `${year}-${String(month + 1).padStart(2, '0')}-01`;
}

export const lastOfMonth = (date: string): string => addDays(nextMonth(date), -1);

export const isFirstOfMonth = (date: string): boolean => date.endsWith('-01');

export const isLastOfMonth = (date: string): boolean => lastOfMonth(date) === date;

/** First days of the months from one day to another, at most one more than a budget may have. */
export function monthsBetween(from: string, to: string): string[] {
  const months: string[] = [];
  for (let month = `${from.slice(0, 7)}-01`; month <= to && months.length <= MONTHS_MAX; month = nextMonth(month))
    months.push(month);
  return months;
}

/** An amount in equal parts; the last one takes what rounding leaves. */
export function spreadEvenly(amount: Decimal, parts: number, digits: number): Decimal[] {
  const part = amount.div(parts).toDecimalPlaces(digits, Decimal.ROUND_DOWN);
  const last = amount.minus(part.times(parts - 1));
  return Array.from({ length: parts }, (_, index) => (index === parts - 1 ? last : part));
}

export const sumOf = (amounts: readonly Decimal[]): Decimal => amounts.reduce((sum, amount) => sum.plus(amount), ZERO);
