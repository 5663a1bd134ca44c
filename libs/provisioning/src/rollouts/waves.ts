/** First one company, then a few, then the rest. */
export const DEFAULT_WAVE_SIZES: readonly string[] = ['1', '1%', '10%', 'rest'];
export const WAVES_MAX = 20;
export const WAVE_SIZE = /^([1-9]\d{0,8}|(100|[1-9]?\d(\.\d{1,2})?)%|rest)$/;

/**
 * How many companies each wave has.
 * @param sizes "25", "10%" (of all, rounded up) or "rest", in order; what they leave makes a last wave
 */
export function waveCounts(sizes: readonly string[], total: number): number[] {
  const counts: number[] = [];
  let left = total;
  for (const size of [...sizes, 'rest']) {
    if (left === 0) break;
    const wanted =
      size === 'rest' ? left : size.endsWith('%') ? Math.ceil((total * Number(size.slice(0, -1))) / 100) : Number(size);
    const count = Math.min(wanted, left);
    if (count > 0) counts.push(count);
    left -= count;
  }
  return counts;
}
