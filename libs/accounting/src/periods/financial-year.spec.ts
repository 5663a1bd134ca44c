import { addDays, daysBetween } from '@finvera/common';
import fc from 'fast-check';
import { financialYearOf, financialYearsBetween } from './financial-year.js';

const dates = fc.integer({ min: 0, max: 60_000 }).map((days) => addDays('1950-01-01', days));
const starts = fc.constantFrom('01-01', '04-01', '07-01', '10-01', '02-28', '12-31');

describe('financialYearOf', () => {
  it('puts 31 March and 1 April into different Indian years', () => {
    expect(financialYearOf('2024-03-31', '04-01')).toEqual({ start: '2023-04-01', end: '2024-03-31', name: '2023-24' });
    expect(financialYearOf('2024-04-01', '04-01').name).toBe('2024-25');
  });

  it('names a calendar year by its number, leap day included', () => {
    expect(financialYearOf('2024-02-29', '01-01')).toEqual({ start: '2024-01-01', end: '2024-12-31', name: '2024' });
  });

  it('holds every date, has 365 or 366 days, and is followed by the next without a gap', () => {
    fc.assert(
      fc.property(dates, starts, (date, start) => {
        const year = financialYearOf(date, start);
        expect(year.start <= date && date <= year.end).toBe(true);
        expect([364, 365]).toContain(daysBetween(year.start, year.end));
        expect(financialYearOf(addDays(year.end, 1), start).start).toBe(addDays(year.end, 1));
      }),
    );
  });

  it('ends with the calendar', () =>
    expect(financialYearOf('9999-12-31', '04-01')).toEqual({
      start: '9999-04-01',
      end: '9999-12-31',
      name: '9999-00',
    }));
});

describe('financialYearsBetween', () => {
  it('has one year when both days lie in it', () =>
    expect(financialYearsBetween('2024-04-01', '2025-03-31', '04-01').map(({ name }) => name)).toEqual(['2024-25']));

  it('begins with the year of the first day, ends with the year of the last, and leaves no day out', () => {
    fc.assert(
      fc.property(dates, fc.integer({ min: 0, max: 20_000 }), starts, (first, days, start) => {
        const last = addDays(first, days);
        const years = financialYearsBetween(first, last, start);
        expect(years[0]).toEqual(financialYearOf(first, start));
        expect(years.at(-1)).toEqual(financialYearOf(last, start));
        for (const [index, year] of years.slice(1).entries()) expect(addDays(years[index]!.end, 1)).toBe(year.start);
      }),
    );
  });
});
