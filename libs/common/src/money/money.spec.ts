import fc from 'fast-check';
import { addDays, daysBetween, isCalendarDate, isoInstant } from './calendar-date.js';
import { currencyDigits, Decimal, formatAmount, isPlainAmount } from './money.js';

describe('amounts', () => {
  it('are plain decimals and nothing else', () => {
    for (const good of ['0', '1', '1234.50', '0.0001', '999999999999999.9999'])
      expect([good, isPlainAmount(good)]).toEqual([good, true]);
    for (const bad of [
      '1e3',
      '1,234',
      'NaN',
      '',
      '.5',
      '5.',
      '-1',
      '+1',
      ' 1',
      '1 ',
      '0.00001',
      '1'.repeat(16),
      1,
      null,
      undefined,
      ['1'],
    ])
      expect([bad, isPlainAmount(bad)]).toEqual([bad, false]);
  });

  it('of columns are cut where only zeros follow, and are what the decimal says', () => {
    const column = fc
      .tuple(fc.boolean(), fc.bigInt({ min: 0n, max: 10n ** 15n }), fc.constantFrom(0, 5, 100, 4500, 9999))
      .map(([negative, whole, fraction]) => `${negative ? '-' : ''}${whole}.${String(fraction).padStart(4, '0')}`);
    fc.assert(
      fc.property(column, fc.integer({ min: 0, max: 6 }), (text, digits) =>
        expect(formatAmount(text, digits)).toBe(new Decimal(text).toFixed(digits)),
      ),
    );
  });

  it('add up exactly beyond 2^53 paise', () => {
    fc.assert(
      fc.property(fc.array(fc.bigInt({ min: 0n, max: 10n ** 17n }), { maxLength: 50 }), (paise) => {
        const sum = paise.reduce((total, one) => total.plus(new Decimal(one.toString()).div(100)), new Decimal(0));
        const exact = paise
          .reduce((total, one) => total + one, 0n)
          .toString()
          .padStart(3, '0');
        expect(formatAmount(sum, 2)).toBe(`${exact.slice(0, -2)}.${exact.slice(-2)}`);
      }),
    );
  });

  it('have the digits of their currency', () => {
    expect(['INR', 'USD', 'JPY', 'KWD', 'CLF'].map(currencyDigits)).toEqual([2, 2, 0, 3, 4]);
  });
});

describe('calendar dates', () => {
  it('exist', () => {
    for (const good of ['2024-02-29', '2026-03-31', '1900-01-01', '9999-12-31'])
      expect([good, isCalendarDate(good)]).toEqual([good, true]);
    for (const bad of [
      '2026-02-29',
      '2026-04-31',
      '2026-13-01',
      '2026-00-10',
      '1899-12-31',
      '26-01-01',
      '2026-1-1',
      '2026-01-01T00:00',
      5,
      null,
    ])
      expect([bad, isCalendarDate(bad)]).toEqual([bad, false]);
  });

  it('a number of days later and back is the same day', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 100_000 }), fc.integer({ min: -5_000, max: 5_000 }), (start, days) => {
        const date = addDays('1950-01-01', start);
        expect(daysBetween(date, addDays(date, days))).toBe(days);
      }),
    );
  });
});

describe('instants', () => {
  it('of columns read as text are those read as Date', () => {
    expect(isoInstant('2026-11-24 09:30:00.123456')).toBe(new Date('2026-11-24T09:30:00.123Z').toISOString());
    expect(isoInstant('2026-11-24 09:30:00')).toBe(isoInstant(new Date('2026-11-24T09:30:00Z')));
  });
});
