const WINDOW = /^([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)$/;
const DAY_MINUTES = 24 * 60;
const MINUTE_MS = 60_000;

/** What people write: "22:00-04:00". */
export const isUpgradeWindow = (text: string): boolean => {
  const [, startHour, startMinute, endHour, endMinute] = WINDOW.exec(text) ?? [];
  return startHour !== undefined && `${startHour}:${startMinute}` !== `${endHour}:${endMinute}`;
};

/**
 * When the window opens next by the clock of a time zone; null while it is open. On the days on which clocks change the
 * opening may be off by their change: whoever waits for it asks again then.
 * @param timeZone IANA name
 */
export function nextOpening(window: string, timeZone: string, now: Date): Date | null {
  const [start, end] = window.split('-').map(minutesOf) as [number, number];
  const clock = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  const minute = minutesOf(clock.format(now));
  const open = start < end ? minute >= start && minute < end : minute >= start || minute < end;
  if (open) return null;
  const wait = (start - minute + DAY_MINUTES) % DAY_MINUTES;
  return new Date(Math.floor(now.getTime() / MINUTE_MS) * MINUTE_MS + wait * MINUTE_MS);
}

const minutesOf = (time: string): number => {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * 60 + minutes;
};
