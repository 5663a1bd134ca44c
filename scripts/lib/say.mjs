/** A sentence for people that ends the script. */
export class Stop extends Error {}

export const say = (line) => process.stdout.write(`${line}\n`);

/**
 * Does one step of the set-up and prints how long it took.
 * @template T
 * @param {string} what
 * @param {() => Promise<T> | T} work
 * @returns {Promise<T>}
 */
export async function step(what, work) {
  const started = performance.now();
  if (process.stdout.isTTY) process.stdout.write(`  … ${what}\r`);
  const result = await work();
  say(`  ✓ ${what} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
  return result;
}

/** Runs a script's main function; a Stop prints its sentence alone. */
export function main(work) {
  work().catch((error) => {
    process.stderr.write(`${error instanceof Stop ? error.message : (error?.stack ?? error)}\n`);
    process.exitCode = 1;
  });
}
