import { copyFileSync, statSync, truncateSync } from 'node:fs';

const SIZE_MAX_BYTES = 20 * 1024 * 1024;
const LOOK_EVERY_MS = 30_000;

/** Keeps files that processes append to from filling the disk: a full one is kept once, as `FILE.1`. */
export function boundFiles(files) {
  const look = () => {
    for (const file of files) bound(file);
  };
  setInterval(look, LOOK_EVERY_MS).unref();
}

/** Whether the file was too large. */
export function bound(file, maxBytes = SIZE_MAX_BYTES) {
  if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) <= maxBytes) return false;
  copyFileSync(file, `${file}.1`);
  truncateSync(file);
  return true;
}
