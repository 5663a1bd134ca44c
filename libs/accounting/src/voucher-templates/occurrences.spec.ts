import { isCalendarDate } from '@finvera/common';
import fc from 'fast-check';
import { FREQUENCIES, occurrence } from './occurrences.js';

const dates = (start: string, frequency: (typeof FREQUENCIES)[number], every = 1) =>
  [0, 1, 2, 3].map((index) => occurrence({ start, frequency, every }, index));

describe('Occurrences', () => {
  it('keep their day, or take the last one of a shorter month', () => {
    expect(dates('2023-12-31', 'monthly')).toEqual(['2023-12-31', '2024-01-31', '2024-02-29', '2024-03-31']);
    expect(dates('2024-02-29', 'yearly')).toEqual(['2024-02-29', '2025-02-28', '2026-02-28', '2027-02-28']);
    expect(dates('2023-11-30', 'quarterly')).toEqual(['2023-11-30', '2024-02-29', '2024-05-30', '2024-08-30']);
    expect(dates('2024-02-26', 'weekly', 2)).toEqual(['2024-02-26', '2024-03-11', '2024-03-25', '2024-04-08']);
    expect(dates('2024-02-28', 'daily')).toEqual(['2024-02-28', '2024-02-29', '2024-03-01', '2024-03-02']);
  });

  it('follow each other, on days that exist', () => {
    const day = fc.date({ min: new Date('2000-01-01'), max: new Date('2050-12-31'), noInvalidDate: true });
    fc.assert(
      fc.property(
        day,
        fc.constantFrom(...FREQUENCIES),
        fc.integer({ min: 1, max: 12 }),
        fc.nat(50),
        (start, frequency, every, index) => {
          const schedule = { start: start.toISOString().slice(0, 10), frequency, every };
          const [one, next] = [occurrence(schedule, index), occurrence(schedule, index + 1)];
          expect(isCalendarDate(one) && isCalendarDate(next)).toBe(true);
          expect(one < next).toBe(true);
        },
      ),
    );
  });
});
