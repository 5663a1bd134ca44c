import { Stop } from './stop.mjs';

/** Everything that this script has started and that still runs: a function each that ends it. */
const open = new Set();
let ending = false;

/**
 * Notes something that must not outlive this script.
 * @param {() => Promise<void>} end
 * @returns {() => void} forgets it: it has ended
 */
export function noteStarted(end) {
  open.add(end);
  return () => open.delete(end);
}

/** From here on nothing more is started. */
export function beginEnding() {
  ending = true;
}

export const isEnding = () => ending;
export const hasStarted = () => open.size > 0;

/** Stands before every start of a process, so that none slips in behind a Ctrl-C. */
export function refuseWhenEnding() {
  if (ending) throw new Stop('interrupted');
}

/** Ends whatever still runs; comes back when all of it has. */
export async function endAllStarted() {
  beginEnding();
  await Promise.all([...open].map((end) => end()));
}
