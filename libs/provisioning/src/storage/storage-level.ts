import type { StorageLevel } from '@finvera/master-data';

/** From this share of its limit on a company is near it. The document's figure. */
export const NEAR_LIMIT_PERCENT = 80;

/** @param usedMb @param limitMb megabytes */
export function storageLevel(usedMb: number, limitMb: number): StorageLevel {
  if (usedMb >= limitMb) return 'full';
  return usedMb * 100 >= limitMb * NEAR_LIMIT_PERCENT ? 'near_limit' : 'normal';
}

/** Of the limit, two decimals. */
export const usedPercent = (usedMb: number, limitMb: number): number =>
  limitMb === 0 ? 100 : Math.round((usedMb / limitMb) * 10_000) / 100;
