import { comparedDates, comparedPeriods } from './compared-periods.js';

const before = (from: string, to: string, compare: string) =>
  comparedPeriods({ from, to }, compare).map((period) => `${period.from}..${period.to}`);

describe('periods to compare with', () => {
  it.each([
    ['2024-04-01', '2025-03-31', 'previous_period', ['2023-04-01..2024-03-31']],
    ['2024-03-01', '2024-03-31', 'previous_period', ['2024-02-01..2024-02-29']],
    ['2024-04-01', '2024-06-30', '2', ['2024-01-01..2024-03-31', '2023-10-01..2023-12-31']],
    ['2024-03-05', '2024-03-14', 'previous_period', ['2024-02-24..2024-03-04']],
    ['2024-02-01', '2024-02-29', 'previous_year', ['2023-02-01..2023-02-28']],
    ['2023-02-01', '2023-02-28', 'previous_year', ['2022-02-01..2022-02-28']],
    ['2025-02-01', '2025-02-28', 'previous_year', ['2024-02-01..2024-02-29']],
    ['2024-04-01', '2024-11-24', 'previous_year', ['2023-04-01..2023-11-24']],
    ['2024-01-01', '2024-01-31', '1', ['2023-12-01..2023-12-31']],
  ])('%s to %s, %s', (from, to, compare, periods) => expect(before(from, to, compare)).toEqual(periods));

  it.each([
    ['2025-03-31', 'previous_period', '04-01', ['2024-03-31']],
    ['2024-11-24', '2', '04-01', ['2024-03-31', '2023-03-31']],
    ['2024-11-24', 'previous_year', '04-01', ['2023-11-24']],
    ['2024-02-29', 'previous_year', '01-01', ['2023-02-28']],
  ])('balance sheet of %s, %s, years from %s %s', (asOf, compare, start, dates) =>
    expect(comparedDates(asOf, compare, start)).toEqual(dates),
  );
});
