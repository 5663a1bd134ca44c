import { bucketLabels, bucketOf, NOT_DUE, readBuckets } from './ageing.js';

describe('ageing', () => {
  it('labels buckets by their first and last day', () => {
    expect(bucketLabels([30, 60, 90])).toEqual(['0-30', '31-60', '61-90', '90+']);
    expect(bucketLabels([7])).toEqual(['0-7', '7+']);
  });

  it.each([
    [-1, NOT_DUE],
    [0, '0-30'],
    [30, '0-30'],
    [31, '31-60'],
    [90, '61-90'],
    [91, '90+'],
    [4_000, '90+'],
  ])('puts %i days into %s', (age, bucket) => expect(bucketOf(age, [30, 60, 90])).toBe(bucket));

  it('reads rising days and refuses others', () => {
    expect(readBuckets('15,45')).toEqual([15, 45]);
    expect(() => readBuckets('30,30')).toThrow('buckets 30,30 do not rise');
    expect(() => readBuckets('60,30')).toThrow('do not rise');
  });
});
