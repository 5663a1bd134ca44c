import { addDays } from '@finvera/common';

export const FREQUENCIES = ['daily', 'weekly', 'monthly', 'quarterly', 'yearly'] as const;
export type Frequency = (typeof FREQUENCIES)[number];

const MONTHS: Partial<Record<Frequency, number>> = { monthly: 1, quarterly: 3, yearly: 12 };
const DAYS: Partial<Record<Frequency, number>> = { daily: 1, weekly: 7 };

/**
 * The date of an occurrence, counted from the first one: what begins on the 31st falls on the last day of shorter months,
 * and on the 31st again afterwards.
 * @param index 0: the first
 */
export function occurrence(
  { start, frequency, every }: { start: string; frequency: Frequency; every: number },
  index: number,
): string {
  const days = DAYS[frequency];
  if (days !== undefined) return addDays(start, days * every * index);
  const [year, month, day] = start.split('-').map(Number) as [number, number, number];
  const months = year * 12 + (month - 1) + MONTHS[frequency]! * every * index;
  const first = `${String(Math.floor(months / 12)).padStart(4, '0')}-${String((months % 12) + 1).padStart(2, '0')}-01`;
  const last = addDays(addDays(first, 31).slice(0, 8).concat('01'), -1);
  return `${first.slice(0, 8)}${String(Math.min(day, Number(last.slice(8)))).padStart(2, '0')}`;
}
