import fc from 'fast-check';
import { distance, foldedWords, slips } from './forgiving-search.js';

const far = (typed: string, name: string) => distance(foldedWords(typed), foldedWords(name));

describe('A search that forgives', () => {
  it('counts letters added, left out, exchanged and swapped', () => {
    expect(
      ['traders', 'tarders', 'trader', 'tradders', 'traderz', 'dealers'].map((word) => slips('traders', word, 2)),
    ).toEqual([0, 1, 1, 1, 1, 3]);
  });

  it('finds names near to what was typed, whatever the order, and nothing else', () => {
    for (const typed of ['Sharma Tarders', 'shrama traders', 'traders sharm', 'SHARMA', 'Shaarma Trader'])
      expect([typed, far(typed, 'M/s. Śharma Traders')]).toEqual([typed, expect.any(Number)]);
    for (const typed of ['Verma Traders', 'Sharma Dealers', 'xy', 'Sharma Traders Delhi'])
      expect([typed, far(typed, 'Sharma Traders')]).toEqual([typed, null]);
    expect(far('salse', 'Sales')!).toBeLessThan(far('salse', 'Sales Returns')!);
  });

  it('is symmetric, zero for the same word alone, and never more than it needs', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 8 });
    fc.assert(
      fc.property(word, word, (a, b) => {
        expect(slips(a, b, 9)).toBe(slips(b, a, 9));
        expect(slips(a, b, 9) === 0).toBe(a === b);
        expect(slips(a, b, 2)).toBe(Math.min(slips(a, b, 9), 3));
      }),
    );
  });
});
