import { spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './ports.mjs';
import { end, isAlive, removePid, runningFrom, writePid } from './processes.mjs';
import { run } from './run.mjs';
import { Stop } from './say.mjs';
import { keep, randomSecret } from './secrets.mjs';

const START_TIMEOUT_MS = 60_000;
const STOP_PATIENCE_MS = 60_000;
/** A unix socket's path may have 108 bytes, the last of them zero. */
const SOCKET_PATH_MAX = 100;

/**
 * @typedef {object} Server
 * @property {string} host
 * @property {number} port
 * @property {string} user
 * @property {string} password
 * @property {number} pid
 * @property {string} socket
 * @property {() => Promise<void>} stop ends it cleanly
 * @property {() => void} kill ends it with SIGKILL
 */

/**
 * Starts a private MariaDB on the loopback address, making its data directory the first time. The same `dir` and `port`
 * again find the same data.
 * @param {{ dir: string, port?: number, extraArgs?: readonly string[], fast?: boolean, serverId?: number }} options
 *   `fast`: for tests, without binary log and without waiting for the disk
 * @returns {Promise<Server>}
 */
export async function startMariadb({ dir, port, extraArgs = [], fast = false, serverId = 1 }) {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const data = join(dir, 'data');
  const asRoot = process.getuid?.() === 0 ? ['--user=root'] : [];
  if (!existsSync(join(data, 'mysql'))) {
    rmSync(data, { recursive: true, force: true }); // half of one, left by a Ctrl-C
    await run('mariadb-install-db', [
      '--no-defaults',
      `--datadir=${data}`,
      '--auth-root-authentication-method=normal',
      '--skip-test-db',
      ...asRoot,
    ]);
  }
  const password = keep(join(dir, 'password'), randomSecret);
  const socket = socketPath(dir);
  const chosen = port ?? (await freePort(rememberedPort(dir)));
  const pidFile = join(dir, 'mariadb.pid');
  const log = join(dir, 'mariadb.log');
  const durability = fast
    ? ['--skip-log-bin', '--innodb-flush-log-at-trx-commit=0', '--innodb-log-file-size=64M']
    : [
        `--log-bin=${join(data, 'binlog')}`,
        '--binlog-format=ROW',
        '--log-slave-updates',
        '--expire-logs-days=3',
        '--innodb-log-file-size=48M',
      ];
  const args = [
    '--no-defaults',
    ...asRoot,
    `--datadir=${data}`,
    `--socket=${socket}`,
    `--port=${chosen}`,
    '--bind-address=127.0.0.1',
    `--pid-file=${join(data, 'server.pid')}`,
    `--log-error=${log}`,
    '--skip-name-resolve',
    '--max-connections=500',
    '--performance-schema=OFF',
    '--character-set-server=utf8mb4',
    '--collation-server=utf8mb4_unicode_520_ci',
    '--default-time-zone=+00:00',
    `--server-id=${serverId}`,
    `--gtid-domain-id=${serverId}`,
    ...durability,
    ...extraArgs,
  ];
  // of its own process group, so that a Ctrl-C in the terminal reaches only the one who stops it in order
  const child = spawn('mariadbd', args, { detached: true, stdio: ['ignore', openSync(log, 'a'), openSync(log, 'a')] });
  child.unref();
  writePid(pidFile, child.pid);
  await untilReady({ child, socket, log });
  await sql(
    socket,
    `ALTER USER root@localhost IDENTIFIED BY ''; CREATE USER IF NOT EXISTS root@'127.0.0.1' IDENTIFIED BY '${password}'; ALTER USER root@'127.0.0.1' IDENTIFIED BY '${password}'; GRANT ALL ON *.* TO root@'127.0.0.1' WITH GRANT OPTION;`,
  );
  writeFileSync(join(dir, 'port'), String(chosen));
  return {
    host: '127.0.0.1',
    port: chosen,
    user: 'root',
    password,
    pid: child.pid,
    socket,
    child,
    stop: async () => {
      await end(child.pid, { patienceMs: STOP_PATIENCE_MS });
      removePid(pidFile);
    },
    kill: () => process.kill(child.pid, 'SIGKILL'),
  };
}

/** Ends a MariaDB that an earlier start left running in this folder. */
export async function endLeftMariadb(dir) {
  const pid = runningFrom(join(dir, 'mariadb.pid'), join(dir, 'data'));
  if (pid) await end(pid, { patienceMs: STOP_PATIENCE_MS });
}

function socketPath(dir) {
  const direct = join(dir, 'mariadb.sock');
  if (direct.length <= SOCKET_PATH_MAX) return direct;
  const link = join(mkdtempSync(join(tmpdir(), 'finvera-')), 's');
  symlinkSync(dir, link);
  return join(link, 'mariadb.sock');
}

function rememberedPort(dir) {
  try {
    return Number(readFileSync(join(dir, 'port'), 'utf8'));
  } catch {
    return undefined;
  }
}

/** The socket lies in our folder and the server says the pid that we started: it is ours. */
async function untilReady({ child, socket, log }) {
  const deadline = performance.now() + START_TIMEOUT_MS;
  for (;;) {
    if (child.exitCode !== null || child.signalCode !== null || !isAlive(child.pid))
      throw new Stop(`MariaDB ended at its start:\n${tail(log)}`);
    if (existsSync(socket)) {
      const answer = await sql(socket, 'SELECT @@pid_file').catch(() => undefined);
      if (answer !== undefined && Number(readFileSync(answer.trim(), 'utf8')) === child.pid) return;
    }
    if (performance.now() > deadline)
      throw new Stop(`MariaDB did not start within ${START_TIMEOUT_MS / 1000} s:\n${tail(log)}`);
    await sleep(50);
  }
}

const sql = (socket, statements) =>
  run('mariadb', ['--no-defaults', '-uroot', `--socket=${socket}`, '--batch', '--skip-column-names'], {
    input: statements,
  });

export const tail = (file, lines = 15) => {
  try {
    return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-lines).join('\n');
  } catch {
    return '';
  }
};
