import { malformed } from '@finvera/common';

/** Bucket of bills whose due date is still to come. */
export const NOT_DUE = 'not_due';

/**
 * Labels of the buckets: "0-30", "31-60", "61-90", "90+".
 * @param ends last days of the buckets, rising
 */
export const bucketLabels = (ends: readonly number[]): string[] => [
  ...ends.map((end, index) => `${index === 0 ? 0 : ends[index - 1]! + 1}-${end}`),
  `${ends.at(-1)}+`,
];

/**
 * The bucket of an age.
 * @param age_days negative: not due yet
 * @param ends last days of the buckets, rising
 */
export function bucketOf(age_days: number, ends: readonly number[]): string {
  if (age_days < 0) return NOT_DUE;
  const index = ends.findIndex((end) => age_days <= end);
  return bucketLabels(ends).at(index)!;
}

/**
 * Reads "30,60,90".
 * @throws DomainError 400 when the days do not rise
 */
export function readBuckets(text: string): number[] {
  const ends = text.split(',').map(Number);
  if (ends.some((end, index) => index > 0 && end <= ends[index - 1]!))
    throw malformed(`buckets ${text} do not rise; send days such as "30,60,90"`, [
      { field: 'buckets', message: 'must rise' },
    ]);
  return ends;
}
