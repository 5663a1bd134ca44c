import { amount, balance, number, side } from '../frame/report-table.js';
import { amountsOnPaper } from './shown-amount.js';

describe('amounts on paper', () => {
  const rupees = amountsOnPaper('INR', 2);

  it.each([
    ['1234567.50', amount('a', 'A'), '12,34,567.50'],
    ['-1234.50', amount('a', 'A'), '-1,234.50'],
    ['90071992547409931.23', amount('a', 'A'), '90,07,19,92,54,74,09,931.23'],
    ['0.00', amount('a', 'A'), '0.00'],
    ['0.00', side('a', 'A'), ''],
    ['-1180.00', balance('a', 'A'), '1,180.00 Cr'],
    ['1180.00', balance('a', 'A'), '1,180.00 Dr'],
    ['0.00', balance('a', 'A'), '0.00'],
    ['37', number('a', 'A'), '37'],
  ])('%s', (value, column, shown) => expect(rupees(value, column)).toBe(shown));

  it('are grouped by thousands in other currencies', () =>
    expect(amountsOnPaper('JPY', 0)('1234567', amount('a', 'A'))).toBe('1,234,567'));
});
