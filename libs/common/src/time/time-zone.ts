import { registerDecorator, type ValidationOptions } from 'class-validator';

const IANA_NAME = /^[A-Za-z_]+(\/[A-Za-z0-9_+-]+)*$/;

/**
 * Whether the text names a time zone. Asks the formatter and not `Intl.supportedValuesOf`, which lists only one
 * spelling of each zone ("Asia/Calcutta", but not "Asia/Kolkata").
 */
export function isTimeZone(text: unknown): text is string {
  if (typeof text !== 'string' || text.length > 64 || !IANA_NAME.test(text)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: text });
    return true;
  } catch {
    return false;
  }
}

export function IsTimeZoneName(options: ValidationOptions = {}): PropertyDecorator {
  return (target, property) =>
    registerDecorator({
      name: 'isTimeZoneName',
      target: target.constructor,
      propertyName: property as string,
      options,
      validator: {
        validate: isTimeZone,
        defaultMessage: ({ property: field, value } = {} as never) =>
          `${field} ${String(value).slice(0, 64)} is not an IANA time zone such as Asia/Kolkata`,
      },
    });
}

/** How far a zone's clock is ahead of UTC at an instant, in milliseconds. */
function offsetMs(instantMs: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(instantMs);
  const part = (type: Intl.DateTimeFormatPartTypes) => Number(parts.find((found) => found.type === type)!.value);
  const wall = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
  return wall - instantMs;
}

/** The instant at which a calendar date begins in a time zone. */
export function startOfDay(date: string, timeZone: string): Date {
  const midnightUtc = Date.parse(`${date}T00:00:00Z`);
  const guess = midnightUtc - offsetMs(midnightUtc, timeZone);
  // the offset may differ between the two instants on a day when clocks change
  return new Date(midnightUtc - offsetMs(guess, timeZone));
}
