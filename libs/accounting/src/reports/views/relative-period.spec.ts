import { type RelativePeriod, relativePeriod } from './relative-period.js';

describe('periods in words', () => {
  it.each<[RelativePeriod, string, string, string]>([
    ['today', '2024-02-29', '2024-02-29', '2024-02-29'],
    ['this_month', '2024-02-10', '2024-02-01', '2024-02-29'],
    ['last_month', '2024-03-31', '2024-02-01', '2024-02-29'],
    ['last_month', '2024-01-15', '2023-12-01', '2023-12-31'],
    ['this_quarter', '2024-02-10', '2024-01-01', '2024-03-31'],
    ['last_quarter', '2024-04-01', '2024-01-01', '2024-03-31'],
    ['this_year', '2024-03-31', '2023-04-01', '2024-03-31'],
    ['last_year', '2024-04-01', '2023-04-01', '2024-03-31'],
  ])('%s on %s: %s to %s', (words, today, from, to) =>
    expect(relativePeriod(words, today, '04-01')).toEqual({ from, to }),
  );

  it('follow the company’s financial year', () =>
    expect(relativePeriod('this_quarter', '2024-07-15', '07-10')).toEqual({ from: '2024-07-10', to: '2024-10-09' }));
});
