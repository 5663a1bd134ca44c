/** A sentence for people that ends the script. */
export class Stop extends Error {}

let stream = process.stdout;

export const say = (line) => stream.write(`${line}\n`);

/** For scripts whose output is for programs: progress goes to stderr. */
export function sayOnStderr() {
  stream = process.stderr;
}

/**
 * Does one step of the set-up and prints how long it took.
 * @template T
 * @param {string} what
 * @param {() => Promise<T> | T} work
 * @returns {Promise<T>}
 */
export async function step(what, work) {
  const started = performance.now();
  if (stream.isTTY) stream.write(`  … ${what}\r`);
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
