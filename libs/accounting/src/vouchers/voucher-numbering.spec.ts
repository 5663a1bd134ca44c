import fc from 'fast-check';
import { formatNumber, givenNumber, numberPeriod } from './voucher-numbering.js';

const format = { name: 'Sales', numberPrefix: '', numberSuffix: '', numberWidth: 0 };
const options = { kept: null, required: true, field: 'number' };

describe('voucher numbers', () => {
  it.each([
    ['automatic', 'never', '2024-02-29', '1900-01-01'],
    ['automatic', 'month', '2024-02-29', '2024-02-01'],
    ['automatic', 'financial_year', '2024-03-31', '2023-04-01'],
    ['automatic', 'financial_year', '2024-04-01', '2024-04-01'],
    ['manual', 'month', '2024-03-31', '2023-04-01'],
    ['none', 'financial_year', '2024-03-31', null],
  ] as const)('%s, restart %s: a voucher of %s counts from %s', (numbering, numberRestart, date, period) => {
    expect(numberPeriod({ numbering, numberRestart }, date, '04-01')).toBe(period);
  });

  it('are filled up with zeros between prefix and suffix', () => {
    expect(formatNumber({ ...format, numberPrefix: 'EXP/', numberSuffix: '/26-27', numberWidth: 4 }, 17)).toBe(
      'EXP/0017/26-27',
    );
    expect(formatNumber({ ...format, numberWidth: 2 }, 100)).toBe('100');
  });

  it('have at most sixteen characters, or are refused', () => {
    expect(formatNumber({ ...format, numberPrefix: 'ABCDEFGHIJKL' }, 9_999)).toHaveLength(16);
    expect(() => formatNumber({ ...format, numberPrefix: 'ABCDEFGHIJKL' }, 10_000)).toThrow(/more than 16 characters/);
  });

  it('are unlike each other within a series', () => {
    const serial = fc.integer({ min: 1, max: 99_999 });
    const type = fc.record({
      name: fc.constant('Sales'),
      numberPrefix: fc.stringMatching(/^[A-Z/-]{0,5}$/),
      numberSuffix: fc.stringMatching(/^[0-9/-]{0,5}$/),
      numberWidth: fc.integer({ min: 0, max: 6 }),
    });
    fc.assert(
      fc.property(type, serial, serial, (one, a, b) => {
        expect(formatNumber(one, a) === formatNumber(one, b)).toBe(a === b);
      }),
    );
  });

  it('are given by hand for manual types alone', () => {
    const manual = { name: 'Bank Payment', numbering: 'manual' } as const;
    const automatic = { name: 'Sales', numbering: 'automatic' } as const;
    expect(givenNumber(manual, 'B-1', options)).toBe('B-1');
    expect(givenNumber(manual, undefined, { ...options, kept: 'B-1' })).toBe('B-1');
    expect(givenNumber(manual, '', { ...options, required: false })).toBeNull();
    expect(() => givenNumber(manual, '', options)).toThrow(expect.objectContaining({ code: 'number_required' }));
    expect(givenNumber(automatic, undefined, options)).toBeNull();
    expect(givenNumber(automatic, '17', { ...options, kept: '17' })).toBeNull();
    expect(() => givenNumber(automatic, '18', { ...options, kept: '17' })).toThrow(
      expect.objectContaining({ code: 'number_not_allowed' }),
    );
  });
});
