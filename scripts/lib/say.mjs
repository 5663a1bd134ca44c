import { constants } from 'node:os';
import { endAllStarted, isEnding } from './started.mjs';
import { Stop } from './stop.mjs';

export { Stop };

const LONG_STEP_MS = 2_000;

let stream = process.stdout;

export const say = (line) => stream.write(`${line}\n`);

/** For scripts whose output is for programs: progress goes to stderr. */
export function sayOnStderr() {
  stream = process.stderr;
}

/**
 * Does one step of the set-up and prints how long it took. One that takes long is announced.
 * @template T
 * @param {string} what
 * @param {() => Promise<T> | T} work
 * @returns {Promise<T>}
 */
export async function step(what, work) {
  const started = performance.now();
  const seconds = () => ((performance.now() - started) / 1000).toFixed(1);
  const announcement = stream.isTTY
    ? void stream.write(`  … ${what}\r`)
    : setTimeout(() => stream.write(`  … ${what}\n`), LONG_STEP_MS);
  try {
    const result = await work();
    stream.write(`  ✓ ${what} (${seconds()} s)\n`);
    return result;
  } catch (error) {
    if (!isEnding()) stream.write(`  ✗ ${what} (${seconds()} s)\n`);
    throw error;
  } finally {
    clearTimeout(announcement);
  }
}

export const sentence = (error) => (error instanceof Stop ? error.message : (error?.stack ?? String(error)));

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Runs a script's main function; a Stop prints its sentence alone. A signal ends what the script has started.
 * @param {() => Promise<void>} work
 * @param {(signal: NodeJS.Signals) => Promise<void>} [onSignal] ends all; the script exits afterwards
 */
export function main(work, onSignal = endAllStarted) {
  // a reader who left (`npm start | head`, a closed terminal) is no reason to leave servers running
  for (const output of [process.stdout, process.stderr]) output.on('error', () => undefined);
  const leave = (signal) => process.exit(128 + constants.signals[signal]);
  for (const signal of SIGNALS)
    process.on(signal, () => {
      onSignal(signal).then(
        () => leave(signal),
        (error) => {
          process.stderr.write(`${sentence(error)}\n`);
          leave(signal);
        },
      );
    });
  work().catch((error) => {
    if (isEnding()) return; // what was broken off is no news
    process.stderr.write(`${sentence(error)}\n`);
    process.exitCode = 1;
  });
}
