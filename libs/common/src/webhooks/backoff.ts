const FACTOR = 4;
const PAUSE_MAX_MS = 43_200_000;

/**
 * Milliseconds until the next try: four times as long each time, give or take a quarter, so that receivers that come back
 * are not met by everything at once.
 * @param attempts how many tries there were
 */
export function pauseAfter(attempts: number, firstMs: number, random = Math.random()): number {
  const whole = Math.min(firstMs * FACTOR ** (attempts - 1), PAUSE_MAX_MS);
  return Math.round(whole * (0.75 + random / 2));
}
