import fc from 'fast-check';
import { DEFAULT_WAVE_SIZES, WAVE_SIZE, waveCounts } from './waves.js';

describe('waves', () => {
  it('are a canary, one percent, ten percent and the rest', () => {
    expect(waveCounts(DEFAULT_WAVE_SIZES, 1000)).toEqual([1, 10, 100, 889]);
    expect(waveCounts(DEFAULT_WAVE_SIZES, 20)).toEqual([1, 1, 2, 16]);
    expect(waveCounts(DEFAULT_WAVE_SIZES, 1)).toEqual([1]);
    expect(waveCounts(['50%', '50%'], 3)).toEqual([2, 1]);
    expect(waveCounts(['2'], 5)).toEqual([2, 3]);
    expect(waveCounts(['1'], 0)).toEqual([]);
  });

  it('hold every company once, whatever is asked for', () => {
    const size = fc.oneof(
      fc.integer({ min: 1, max: 500 }).map(String),
      fc.integer({ min: 0, max: 100 }).map((percent) => `${percent}%`),
      fc.constant('rest'),
    );
    fc.assert(
      fc.property(fc.array(size, { minLength: 1, maxLength: 8 }), fc.nat(5_000), (sizes, total) => {
        expect(sizes.every((text) => WAVE_SIZE.test(text))).toBe(true);
        const counts = waveCounts(sizes, total);
        expect(counts.reduce((sum, count) => sum + count, 0)).toBe(total);
        expect(Math.min(1, ...counts)).toBe(1);
      }),
    );
  });

  it('are written as numbers, percents or the rest', () => {
    expect(['1', '10%', '0.5%', 'rest', '100%'].every((text) => WAVE_SIZE.test(text))).toBe(true);
    expect(['0', '-1', '101%', '1.5', 'all', ''].some((text) => WAVE_SIZE.test(text))).toBe(false);
  });
});
