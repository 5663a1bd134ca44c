import { mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort, rememberedPort } from './ports.mjs';
import { end, folderOf, launch, runningFrom, tail } from './processes.mjs';
import { Stop } from './stop.mjs';

const START_TIMEOUT_MS = 20_000;
const ANSWER_MAX_MS = 500;

/**
 * Starts a private Redis on the loopback address. The same `dir` and `port` again find the same data. Types for tests:
 * redis.d.mts.
 * @param {import('./redis.d.mts').RedisOptions} options
 * @returns {Promise<import('./redis.d.mts').RedisServer>}
 */
export async function startRedis({ dir, port, extraArgs = [], fast = false }) {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const chosen = port ?? (await freePort(rememberedPort(dir)));
  const log = join(dir, 'redis.log');
  const options = { port: chosen, bind: '127.0.0.1', dir, save: '', appendonly: fast ? 'no' : 'yes' };
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const server = launch('redis-server', [...args, ...extraArgs], { log, pidFile: join(dir, 'redis.pid') });
  try {
    await untilReady(server, chosen);
  } catch (error) {
    await server.stop();
    throw error;
  }
  writeFileSync(join(dir, 'port'), String(chosen));
  return { ...server, host: '127.0.0.1', port: chosen, url: `redis://127.0.0.1:${chosen}` };
}

/** Ends a Redis that an earlier start left running in this folder: its pid file, and it works in this folder. */
export async function endLeftRedis(dir) {
  const pid = runningFrom(join(dir, 'redis.pid'), 'redis-server');
  if (pid && folderOf(pid) === realpathSync(dir)) await end(pid);
}

/** The server says the pid that we started: it is not another copy on this port. */
async function untilReady({ pid, log, hasEnded }, port) {
  for (const deadline = performance.now() + START_TIMEOUT_MS; performance.now() < deadline; await sleep(30)) {
    if (hasEnded()) throw new Stop(`Redis ended at its start:\n${tail(log)}`);
    if ((await ask(port, 'INFO server')).includes(`process_id:${pid}\r\n`) && !(await isLoading(port))) return;
  }
  throw new Stop(`Redis did not start within ${START_TIMEOUT_MS / 1000} s:\n${tail(log)}`);
}

/** It reads its file again after a crash, and refuses everything else meanwhile. */
const isLoading = async (port) => (await ask(port, 'INFO persistence')).includes('\nloading:1');

/** The answer to a command; empty when there is none. */
const ask = (port, command) =>
  new Promise((resolve) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => socket.end(`${command}\r\nQUIT\r\n`));
    socket.setTimeout(ANSWER_MAX_MS, () => socket.destroy());
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    socket.on('error', () => undefined); // nobody listens yet: no answer
    socket.on('close', () => resolve(answer));
  });
