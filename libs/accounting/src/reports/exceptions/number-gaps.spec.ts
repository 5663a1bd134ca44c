import fc from 'fast-check';
import { NumberSeries } from './number-gaps.js';

const gapsOf = (...numbers: string[]) => {
  const series = new NumberSeries();
  for (const number of numbers) series.add(number);
  return series.gaps().map(({ first, last, count }) => [first, last, count]);
};

describe('gaps in numbers given by hand', () => {
  it('are found within a series, whatever the order', () =>
    expect(gapsOf('INV-7/24', 'INV-3/24', 'INV-4/24')).toEqual([['INV-5/24', 'INV-6/24', 2]]));

  it('take what stands around the digits for the series', () =>
    expect(gapsOf('A-1', 'B-3', 'A-3', 'no digits')).toEqual([['A-2', 'A-2', 1]]));

  it('count in the part that takes the most values', () =>
    expect(gapsOf('2023-24/1', '2023-24/2', '2023-24/4', '2024-25/1', '2024-25/3')).toEqual([
      ['2023-24/3', '2023-24/3', 1],
      ['2024-25/2', '2024-25/2', 1],
    ]));

  it('keep leading zeros', () => expect(gapsOf('001', '003')).toEqual([['002', '002', 1]]));

  it('are none when every number is used', () => expect(gapsOf('9', '10', '11')).toEqual([]));

  it('are exactly the numbers that are missing', () =>
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 60 }), { minLength: 1 }), (used) => {
        const missing = gapsOf(...used.map((number) => `V${number}`)).flatMap(([first, , count]) =>
          Array.from({ length: Number(count) }, (_, index) => Number(String(first).slice(1)) + index),
        );
        const [low, high] = [Math.min(...used), Math.max(...used)];
        const expected = Array.from({ length: high - low + 1 }, (_, index) => low + index).filter(
          (number) => !used.includes(number),
        );
        expect(missing.sort((a, b) => a - b)).toEqual(expected);
      }),
    ));
});
