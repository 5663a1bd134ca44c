import { spawn } from 'node:child_process';
import { mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { tail } from './mariadb.mjs';
import { freePort } from './ports.mjs';
import { end, isAlive, removePid, runningFrom, writePid } from './processes.mjs';
import { Stop } from './say.mjs';

const START_TIMEOUT_MS = 20_000;

/**
 * Starts a private Redis on the loopback address. The same `dir` and `port` again find the same data.
 * @param {{ dir: string, port?: number, fast?: boolean }} options `fast`: for tests, keeps nothing on disk
 * @returns {Promise<{ url: string, port: number, pid: number, stop: () => Promise<void>, kill: () => void }>}
 */
export async function startRedis({ dir, port, fast = false }) {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const chosen = port ?? (await freePort(rememberedPort(dir)));
  const log = join(dir, 'redis.log');
  const pidFile = join(dir, 'redis.pid');
  const args = [
    '--port',
    String(chosen),
    '--bind',
    '127.0.0.1',
    '--dir',
    dir,
    '--save',
    '',
    '--appendonly',
    fast ? 'no' : 'yes',
  ];
  const child = spawn('redis-server', args, {
    detached: true,
    stdio: ['ignore', openSync(log, 'a'), openSync(log, 'a')],
  });
  child.unref();
  writePid(pidFile, child.pid);
  const deadline = performance.now() + START_TIMEOUT_MS;
  for (;;) {
    if (child.exitCode !== null || child.signalCode !== null || !isAlive(child.pid))
      throw new Stop(`Redis ended at its start:\n${tail(log)}`);
    const info = await ask(chosen, 'INFO server').catch(() => '');
    if (info.includes(`process_id:${child.pid}\r\n`)) break; // it is ours, not another copy on this port
    if (performance.now() > deadline) throw new Stop(`Redis did not start:\n${tail(log)}`);
    await sleep(30);
  }
  writeFileSync(join(dir, 'port'), String(chosen));
  return {
    url: `redis://127.0.0.1:${chosen}`,
    port: chosen,
    pid: child.pid,
    child,
    stop: async () => {
      await end(child.pid);
      removePid(pidFile);
    },
    kill: () => process.kill(child.pid, 'SIGKILL'),
  };
}

/** Ends a Redis that an earlier start left running in this folder: its own pid file, its own port. */
export async function endLeftRedis(dir) {
  const pid = runningFrom(join(dir, 'redis.pid'), 'redis-server', String(rememberedPort(dir) ?? ''));
  if (pid) await end(pid);
}

function rememberedPort(dir) {
  try {
    return Number(readFileSync(join(dir, 'port'), 'utf8'));
  } catch {
    return undefined;
  }
}

const ask = (port, command) =>
  new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(`${command}\r\n`));
    let answer = '';
    socket.setTimeout(500, () => socket.destroy(new Error('no answer')));
    socket.on('data', (chunk) => {
      answer += chunk;
      if (answer.endsWith('\r\n')) socket.end();
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(answer));
  });
