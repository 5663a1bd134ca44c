import { foldName } from '../vouchers/same-name.js';

/** Shorter words allow one slip, longer ones two. */
const ONE_SLIP_FROM = 3;
const TWO_SLIPS_FROM = 6;

/** Words as they are compared: neither case nor accents nor signs count. */
export const foldedWords = (text: string): string[] =>
  foldName(text)
    .split(/[^\p{L}\p{M}\p{N}]+/u)
    .filter((word) => word !== '');

const slipsAllowed = (word: string) => (word.length >= TWO_SLIPS_FROM ? 2 : word.length >= ONE_SLIP_FROM ? 1 : 0);

/**
 * Slips between two words: letters added, left out, exchanged, or two neighbours swapped (optimal string alignment).
 * @param max more than this is told as max + 1, as soon as it is sure
 */
export function slips(a: string, b: string, max: number): number {
  if (Math.abs(a.length - b.length) > max) return max + 1;
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      row[j] = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        row[j] = Math.min(row[j]!, before[j - 2]! + 1);
    }
    if (Math.min(...row) > max) return max + 1;
    [before, last] = [last, row];
  }
  return Math.min(last[b.length]!, max + 1);
}

/** Slips of a word against the nearest of some, which may also begin with it; null when none is near. */
function nearest(word: string, candidates: readonly string[]): number | null {
  const max = slipsAllowed(word);
  let best = max + 1;
  for (const candidate of candidates) {
    const whole = slips(word, candidate, max);
    const begun = candidate.length > word.length ? slips(word, candidate.slice(0, word.length), max) + 0.5 : max + 1;
    best = Math.min(best, whole, begun);
  }
  return best > max ? null : best;
}

/**
 * How far a name is from what was typed: the slips of all words together; null when a word is near none of its words.
 * @param words folded
 */
export function distance(words: readonly string[], name: readonly string[]): number | null {
  let total = 0;
  for (const word of words) {
    const slip = nearest(word, name);
    if (slip === null) return null;
    total += slip;
  }
  // of two equally near ones the shorter name is meant
  return total + name.length / 100;
}
