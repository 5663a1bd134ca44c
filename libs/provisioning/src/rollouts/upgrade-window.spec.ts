import { isUpgradeWindow, nextOpening } from './upgrade-window.js';

const at = (instant: string) => new Date(instant);

describe('upgrade window', () => {
  it.each([
    ['22:00-04:00', 'Asia/Kolkata', '2026-11-24T18:00:00Z', null], // 23:30 there
    ['22:00-04:00', 'Asia/Kolkata', '2026-11-24T22:29:59Z', null], // 03:59 there
    ['22:00-04:00', 'Asia/Kolkata', '2026-11-24T22:30:00Z', '2026-11-25T16:30:00.000Z'], // 04:00 there
    ['22:00-04:00', 'UTC', '2026-11-24T12:34:56Z', '2026-11-24T22:00:00.000Z'],
    ['01:00-05:00', 'America/New_York', '2026-11-24T12:00:00Z', '2026-11-25T06:00:00.000Z'], // winter: -5
    ['01:00-05:00', 'America/New_York', '2026-07-24T12:00:00Z', '2026-07-25T05:00:00.000Z'], // summer: -4
    ['09:00-17:00', 'UTC', '2026-11-24T17:00:00Z', '2026-11-25T09:00:00.000Z'],
  ])('%s in %s at %s opens %s', (window, zone, now, opens) => {
    expect(nextOpening(window, zone, at(now))?.toISOString() ?? null).toBe(opens);
  });

  it('is two times of a day that differ', () => {
    expect(['22:00-04:00', '00:00-23:59'].map(isUpgradeWindow)).toEqual([true, true]);
    expect(['24:00-04:00', '22:00', '22:00-22:00', '9:00-10:00', ''].map(isUpgradeWindow)).not.toContain(true);
  });
});
