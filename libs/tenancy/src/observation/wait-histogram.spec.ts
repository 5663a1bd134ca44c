import fc from 'fast-check';
import { WaitHistogram } from './wait-histogram.js';

const exact = (waits: number[], share: number) =>
  waits.toSorted((a, b) => a - b)[Math.max(0, Math.ceil(share * waits.length) - 1)]!;

describe('WaitHistogram', () => {
  it('says nothing before somebody asked, and 0 while nobody had to wait', () => {
    const waits = new WaitHistogram();
    expect(waits.percentile(0.99)).toBeNull();
    waits.recordNone();
    expect(waits.percentile(0.99)).toBe(0);
  });

  it('is never further from the exact percentile than its bucket is wide', () => {
    const wait = fc.double({ min: 0.2, max: 60_000, noNaN: true });
    fc.assert(
      fc.property(fc.array(wait, { minLength: 1, maxLength: 500 }), fc.constantFrom(0.5, 0.9, 0.99), (all, share) => {
        const waits = new WaitHistogram();
        for (const ms of all) waits.record(ms);
        const ratio = waits.percentile(share)! / exact(all, share);
        return ratio > 1 / 1.56 && ratio < 1.56;
      }),
    );
  });

  it('those who did not wait count as well', () => {
    const waits = new WaitHistogram();
    for (let asked = 0; asked < 98; asked += 1) waits.recordNone();
    waits.record(500);
    waits.record(500);
    expect(waits.percentile(0.5)).toBe(0);
    expect(waits.percentile(0.99)).toBeGreaterThan(300);
  });

  it('forgets: after some thousand quiet ones the storm before them is gone', () => {
    const waits = new WaitHistogram();
    for (let asked = 0; asked < 2_000; asked += 1) waits.record(1_000);
    for (let asked = 0; asked < 20_000; asked += 1) waits.recordNone();
    expect(waits.percentile(0.99)).toBe(0);
  });

  it('takes waits beyond its last bucket', () => {
    const waits = new WaitHistogram();
    waits.record(10_000_000);
    expect(waits.percentile(0.5)).toBeGreaterThan(40_000);
  });
});
