import { addDays } from '@finvera/common';
import fc from 'fast-check';
import { dayNumber, marksHolding, marksUpTo } from './day-marks.js';

const marksOf = (day: number) => [...marksHolding(day)].map(({ level, mark }) => `${level} ${mark}`);

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
  });
});
