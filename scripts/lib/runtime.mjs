import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { HOME, ROOT } from './paths.mjs';
import { isAlive, startTimeOf } from './processes.mjs';

const FILE = join(HOME, 'runtime.json');

/** Settings of `.env`, where the real environment does not say otherwise. */
export function loadDotEnv() {
  const file = join(ROOT, '.env');
  if (existsSync(file)) process.loadEnvFile(file); // what is set already stays
}

/** A setting that is there and not empty. */
export const given = (name) => process.env[name] || undefined;

/**
 * Makes this process the only one that runs servers in this folder, until it ends however it ends: a name in the
 * kernel (abstract unix socket) that nothing can leave behind.
 * @returns {Promise<boolean>} false: another one has it
 */
export function takeFolder() {
  const name = createHash('sha256').update(HOME).digest('hex').slice(0, 32);
  return new Promise((resolve, reject) => {
    const lock = createServer((socket) => socket.destroy()).unref();
    lock.once('error', (error) => (error.code === 'EADDRINUSE' ? resolve(false) : reject(error)));
    lock.listen({ path: `\0finvera-${name}` }, () => resolve(true));
  });
}

/**
 * @typedef {object} Runtime
 * @property {'starting' | 'running'} state
 * @property {Record<string, string>} settings
 * @property {Record<string, number>} pids name → pid: API, WORKER, MARIADB, REDIS
 */

/** Notes what runs, for `npm run env` and the other scripts; whole or not at all. @param {Runtime} runtime */
export function writeRuntime(runtime) {
  mkdirSync(HOME, { recursive: true, mode: 0o700 });
  const whole = { supervisor: process.pid, supervisorStarted: startTimeOf(process.pid), ...runtime };
  writeFileSync(`${FILE}.new`, JSON.stringify(whole, null, 2), { mode: 0o600 });
  renameSync(`${FILE}.new`, FILE);
}

export const removeRuntime = () => rmSync(FILE, { force: true });

/**
 * The running copy of this folder; undefined when none runs.
 * @returns {(Runtime & { supervisor: number }) | undefined}
 */
export function readRuntime() {
  try {
    const runtime = JSON.parse(readFileSync(FILE, 'utf8'));
    const { supervisor, supervisorStarted } = runtime;
    return isAlive(supervisor) && startTimeOf(supervisor) === supervisorStarted ? runtime : undefined;
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}
