import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HOME, ROOT } from './paths.mjs';
import { isAlive } from './processes.mjs';

const FILE = join(HOME, 'runtime.json');

/** Settings of `.env`, where the real environment does not say otherwise. */
export function loadDotEnv() {
  const file = join(ROOT, '.env');
  if (existsSync(file)) process.loadEnvFile(file); // what is set already stays
}

/** A setting that is there and not empty. */
export const given = (name) => (process.env[name] === '' ? undefined : process.env[name]);

/** Notes what runs, for `npm run env` and the other scripts; whole or not at all. */
export function writeRuntime(runtime) {
  mkdirSync(HOME, { recursive: true, mode: 0o700 });
  writeFileSync(`${FILE}.new`, JSON.stringify(runtime, null, 2), { mode: 0o600 });
  renameSync(`${FILE}.new`, FILE);
}

export const removeRuntime = () => rmSync(FILE, { force: true });

/**
 * The running copy of this folder; undefined when none runs.
 * @returns {{ supervisor: number, settings: Record<string, string>, pids: Record<string, number> } | undefined}
 */
export function readRuntime() {
  try {
    const runtime = JSON.parse(readFileSync(FILE, 'utf8'));
    const command = readFileSync(`/proc/${runtime.supervisor}/cmdline`, 'utf8');
    return isAlive(runtime.supervisor) && command.includes('start.mjs') ? runtime : undefined;
  } catch {
    return undefined;
  }
}
