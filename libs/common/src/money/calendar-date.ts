import { registerDecorator, type ValidationOptions } from 'class-validator';

const CALENDAR_DATE = /^(\d{4})-(\d{2})-(\d{2})$/;

/** Whether the text is an existing day, "YYYY-MM-DD", from 1900 to 9999. */
export function isCalendarDate(text: unknown): text is string {
  const match = typeof text === 'string' ? CALENDAR_DATE.exec(text) : null;
  if (!match) return false;
  const [year, month, day] = match.slice(1).map(Number) as [number, number, number];
  const date = new Date(Date.UTC(year, month - 1, day));
  return (
    year >= 1900 && date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day
  );
}

/** Validates a calendar date: never an instant, never a time zone. */
export function IsCalendarDate(options: ValidationOptions = {}): PropertyDecorator {
  return (target, property) =>
    registerDecorator({
      name: 'isCalendarDate',
      target: target.constructor,
      propertyName: property as string,
      options,
      validator: {
        validate: isCalendarDate,
        defaultMessage: ({ property: field, value } = {} as never) =>
          `${field} ${String(value).slice(0, 40)} is not a date (YYYY-MM-DD)`,
      },
    });
}

/** The calendar date `days` later (earlier when negative). */
export function addDays(date: string, days: number): string {
  const instant = new Date(`${date}T00:00:00Z`);
  instant.setUTCDate(instant.getUTCDate() + days);
  return instant.toISOString().slice(0, 10);
}

/** Whole days from one calendar date to another. */
export const daysBetween = (from: string, to: string): number =>
  Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000);

/** Today's date in a time zone. */
export const todayIn = (timeZone: string): string =>
  new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(new Date());

/** A DATETIME of the database, as Date or as text in UTC ("2026-11-24 09:30:00.000000"), as it travels. */
export const isoInstant = (value: Date | string): string =>
  typeof value === 'string' ? `${value.slice(0, 10)}T${value.slice(11, 23).padEnd(12, '.000')}Z` : value.toISOString();
