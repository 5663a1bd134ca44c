import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

export function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return !readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /, '')
      .startsWith('Z');
  } catch {
    return false;
  }
}

/** The process of a pid file when it still is the one that wrote it: its command line has all the marks. */
export function runningFrom(pidFile, ...marks) {
  try {
    const pid = Number(readFileSync(pidFile, 'utf8'));
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    return isAlive(pid) && marks.every((mark) => command.includes(mark)) ? pid : undefined;
  } catch {
    return undefined;
  }
}

export const writePid = (pidFile, pid) => writeFileSync(pidFile, String(pid));
export const removePid = (pidFile) => rmSync(pidFile, { force: true });

/** Asks a process to end, and insists only after `patienceMs`. */
export async function end(pid, { signal = 'SIGTERM', patienceMs = 15_000 } = {}) {
  if (!isAlive(pid)) return;
  process.kill(pid, signal);
  for (const deadline = performance.now() + patienceMs; performance.now() < deadline; ) {
    if (!isAlive(pid)) return;
    await sleep(30);
  }
  if (isAlive(pid)) process.kill(pid, 'SIGKILL');
}
