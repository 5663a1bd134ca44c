import { Decimal } from '@finvera/common';
import fc from 'fast-check';
import { isLastOfMonth, monthsBetween, spreadEvenly, sumOf } from './months.js';

describe('Months of a budget', () => {
  it('are whole, across years and leap days', () => {
    expect(monthsBetween('2023-11-01', '2024-02-29')).toEqual(['2023-11-01', '2023-12-01', '2024-01-01', '2024-02-01']);
    expect([isLastOfMonth('2024-02-29'), isLastOfMonth('2023-02-28'), isLastOfMonth('2024-02-28')]).toEqual([
      true,
      true,
      false,
    ]);
  });

  it('get equal parts that add up to the amount', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_000_000_000 }), fc.integer({ min: 1, max: 60 }), (paise, months) => {
        const amount = new Decimal(paise).div(100);
        const parts = spreadEvenly(amount, months, 2);
        expect(sumOf(parts).toFixed(2)).toBe(amount.toFixed(2));
        expect(parts.every((part) => !part.isNegative() && part.decimalPlaces() <= 2)).toBe(true);
        expect(parts.at(-1)!.minus(parts[0]!).times(100).toNumber()).toBeLessThan(months);
      }),
    );
  });
});
