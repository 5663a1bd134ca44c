import { Decimal } from '@finvera/common';
import fc from 'fast-check';
import { VALUATIONS, type Valuation } from './stock.entity.js';
import { StockValue } from './value-stock.js';

type Step = [quantity: number, value?: number];

const stockAfter = (valuation: Valuation, ...steps: Step[]) => {
  const stock = new StockValue(valuation);
  for (const [quantity, value = 0] of steps)
    stock.move({
      quantityIn: new Decimal(Math.max(quantity, 0)),
      quantityOut: new Decimal(Math.max(-quantity, 0)),
      value: new Decimal(value),
    });
  return [stock.now.quantity.toFixed(), stock.now.value.toFixed(2)];
};

describe('Stock', () => {
  it('goes out at the cost of what came first, or at the average', () => {
    const bought: Step[] = [[10, 100], [10, 200]]; // biome-ignore format: a table
    expect(stockAfter('fifo', ...bought, [-5])).toEqual(['15', '250.00']);
    expect(stockAfter('fifo', ...bought, [-15])).toEqual(['5', '100.00']);
    expect(stockAfter('weighted_average', ...bought, [-5])).toEqual(['15', '225.00']);
    expect(stockAfter('weighted_average', ...bought, [-15], [5, 125])).toEqual(['10', '200.00']);
    expect(stockAfter('weighted_average', [3, 10], [-1])).toEqual(['2', '6.67']);
  });

  it('that is missing costs nothing, and is filled up first', () => {
    for (const valuation of VALUATIONS) {
      expect(stockAfter(valuation, [5, 50], [-8])).toEqual(['-3', '0.00']);
      expect(stockAfter(valuation, [5, 50], [-8], [10, 200])).toEqual(['7', '140.00']);
    }
  });

  it('is worth nothing when there is none, never less, and never more than was paid', () => {
    const steps = fc.array(fc.tuple(fc.integer({ min: -20, max: 20 }), fc.integer({ min: 0, max: 1_000 })), {
      maxLength: 30,
    });
    fc.assert(
      fc.property(fc.constantFrom(...VALUATIONS), steps, (valuation, moved) => {
        const all = moved.map(([quantity, value]): Step => (quantity > 0 ? [quantity, value] : [quantity]));
        const [quantity, value] = stockAfter(valuation, ...all);
        const paid = all.reduce((sum, [, cost = 0]) => sum + cost, 0);
        expect(Number(value)).toBeGreaterThanOrEqual(0);
        expect(Number(value)).toBeLessThanOrEqual(paid + 0.01);
        if (Number(quantity) <= 0) expect(value).toBe('0.00');
      }),
    );
  });
});
