import { addDays } from '@finvera/common';
import fc from 'fast-check';
import { dayNumber, marksUpTo, OPENING_LEVEL, STEPS } from './day-marks.js';

interface Step {
  level: number;
  days: number;
  marks: number;
  step: number;
  opening: number;
}

/** What the database does with a change of one day. */
const marksOf = (day: number) =>
  (JSON.parse(STEPS) as Step[])
    .filter(({ opening, days, marks, step }) => opening === 0 && step >= Math.floor(day / days) % marks)
    .map(({ level, days, marks, step }) => `${level} ${Math.floor(Math.floor(day / days) / marks) * marks + step}`);

describe('marks of days', () => {
  const FIRST = dayNumber('2020-02-29');
  const day = fc.integer({ min: FIRST, max: FIRST + 9_000 });

  it('say of every day what was up to it, and nothing of what comes later', () =>
    fc.assert(
      fc.property(fc.array(day, { maxLength: 30 }), day, (changes, asOf) => {
        const sums = new Map<string, number>();
        for (const change of changes) for (const mark of marksOf(change)) sums.set(mark, (sums.get(mark) ?? 0) + 1);
        const read = marksUpTo(asOf, FIRST).reduce(
          (sum, { level, mark }) => sum + (sums.get(`${level} ${mark}`) ?? 0),
          0,
        );
        expect(read).toBe(changes.filter((change) => change <= asOf).length);
      }),
    ));

  it('are few: at most six are read in ten years, at most 41 written', () =>
    fc.assert(
      fc.property(fc.integer({ min: FIRST, max: FIRST + 3_650 }), (asOf) => {
        expect(marksUpTo(asOf, FIRST).length).toBeLessThanOrEqual(6);
        expect(marksOf(asOf).length).toBeLessThanOrEqual(41);
      }),
    ));

  it('count days as the database does, and know no day before the first', () => {
    expect(dayNumber('1970-01-01')).toBe(719_528);
    expect(dayNumber('2024-02-29')).toBe(739_310);
    expect(marksUpTo(dayNumber(addDays('2020-02-29', -1)), FIRST)).toEqual([]);
    expect((JSON.parse(STEPS) as Step[]).filter(({ level }) => level === OPENING_LEVEL)).toHaveLength(1);
  });
});
