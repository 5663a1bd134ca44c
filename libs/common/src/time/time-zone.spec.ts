import { isTimeZone, startOfDay } from './time-zone.js';

describe('isTimeZone', () => {
  it.each(['Asia/Kolkata', 'Asia/Calcutta', 'Asia/Kathmandu', 'UTC', 'America/Argentina/Buenos_Aires', 'Etc/GMT+5'])(
    'takes %s',
    (zone) => expect(isTimeZone(zone)).toBe(true),
  );

  it.each(['', '+05:30', 'Asia/Atlantis', 'Asia/Kolkata; DROP TABLE users', null, 5])('refuses %p', (zone) =>
    expect(isTimeZone(zone)).toBe(false),
  );
});

describe('startOfDay', () => {
  it('is 18:30 UTC of the day before in India', () =>
    expect(startOfDay('2026-04-01', 'Asia/Kolkata').toISOString()).toBe('2026-03-31T18:30:00.000Z'));

  it('follows the clocks on the days when they change', () => {
    expect(startOfDay('2026-03-29', 'Europe/Berlin').toISOString()).toBe('2026-03-28T23:00:00.000Z');
    expect(startOfDay('2026-03-30', 'Europe/Berlin').toISOString()).toBe('2026-03-29T22:00:00.000Z');
    expect(startOfDay('2026-11-01', 'America/New_York').toISOString()).toBe('2026-11-01T04:00:00.000Z');
    expect(startOfDay('2026-11-02', 'America/New_York').toISOString()).toBe('2026-11-02T05:00:00.000Z');
  });
});
