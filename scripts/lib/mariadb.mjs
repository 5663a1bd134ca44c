import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort, rememberedPort } from './ports.mjs';
import { end, launch, runningFrom, tail } from './processes.mjs';
import { run } from './run.mjs';
import { keep, randomSecret } from './secrets.mjs';
import { removeShortLink, socketPath } from './socket-path.mjs';
import { Stop } from './stop.mjs';

const START_TIMEOUT_MS = 60_000;
const STOP_PATIENCE_MS = 60_000;

/**
 * Starts a private MariaDB on the loopback address, making its data directory the first time. The same `dir` and `port`
 * again find the same data. Types for tests: mariadb.d.mts.
 * @param {import('./mariadb.d.mts').MariadbOptions} options
 * @returns {Promise<import('./mariadb.d.mts').MariadbServer>}
 */
export async function startMariadb({ dir, port, extraArgs = [], fast = false, serverId = 1 }) {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const data = join(dir, 'data');
  if (!existsSync(data)) await makeDataDirectory(data);
  const password = keep(join(dir, 'password'), randomSecret);
  const socket = socketPath(dir, 'mariadb.sock');
  const chosen = port ?? (await freePort(rememberedPort(dir)));
  const log = join(dir, 'mariadb.log');
  // of its own: a server that starts removes the temporary tables of every other one that shares the folder
  const temporary = join(dir, 'tmp');
  mkdirSync(temporary, { recursive: true, mode: 0o700 });
  const args = [
    ...commonArgs(data),
    `--tmpdir=${temporary}`,
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
    ...(fast ? FAST : DURABLE),
    ...extraArgs,
  ];
  const server = launch('mariadbd', args, { log, pidFile: join(dir, 'mariadb.pid'), patienceMs: STOP_PATIENCE_MS });
  const stop = async () => {
    await server.stop();
    removeShortLink(dir);
  };
  try {
    await untilReady(server, socket);
    await sql(socket, accounts(password));
  } catch (error) {
    await stop();
    throw error;
  }
  writeFileSync(join(dir, 'port'), String(chosen));
  return { ...server, host: '127.0.0.1', port: chosen, user: 'root', password, socket, stop };
}

const DURABLE = [
  '--log-bin=binlog', // beside the data, wherever the folder is moved to
  '--binlog-format=ROW',
  '--log-slave-updates',
  '--expire-logs-days=3',
  '--innodb-flush-log-at-trx-commit=1',
  '--innodb-log-file-size=48M',
];
const FAST = ['--skip-log-bin', '--innodb-flush-log-at-trx-commit=0', '--innodb-log-file-size=64M'];

/** Ends a MariaDB that an earlier start left running in this folder. */
export async function endLeftMariadb(dir) {
  const pid = runningFrom(join(dir, 'mariadb.pid'), `--datadir=${join(dir, 'data')}\0`);
  if (pid) await end(pid, { patienceMs: STOP_PATIENCE_MS });
  removeShortLink(dir);
}

/** mariadbd refuses to run as root unless told so. */
const commonArgs = (data) => [
  '--no-defaults',
  `--datadir=${data}`,
  `--tmpdir=${temporaryFolder(data)}`,
  ...(process.getuid?.() === 0 ? ['--user=root'] : []),
];

/** Of its own: at its start a server deletes what others keep in a temporary folder that it shares with them. */
function temporaryFolder(data) {
  const folder = join(dirname(data), 'tmp');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return folder;
}

/** Made beside its place and moved there when it is whole: a Ctrl-C leaves no half of one. */
async function makeDataDirectory(data) {
  const unfinished = `${data}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  await run('mariadb-install-db', [
    ...commonArgs(unfinished),
    '--auth-root-authentication-method=normal',
    '--skip-test-db',
  ]);
  renameSync(unfinished, data);
}

/**
 * root with a password over TCP; without one only through the socket, whose folder nobody else may enter. The other
 * root accounts that mariadb-install-db makes have no password.
 */
const accounts = (password) => `
  SET SESSION sql_log_bin = 0;
  CREATE USER IF NOT EXISTS root@'127.0.0.1';
  ALTER USER root@'127.0.0.1' IDENTIFIED BY '${password}';
  GRANT ALL ON *.* TO root@'127.0.0.1' WITH GRANT OPTION;
  DELETE FROM mysql.global_priv WHERE User = 'root' AND Host NOT IN ('localhost', '127.0.0.1');
  FLUSH PRIVILEGES;
`;

/** The socket lies in our folder and the server says the pid that we started: it is ours. */
async function untilReady({ pid, log, hasEnded }, socket) {
  for (const deadline = performance.now() + START_TIMEOUT_MS; performance.now() < deadline; await sleep(50)) {
    if (hasEnded()) throw new Stop(`MariaDB ended at its start:\n${tail(log)}`);
    if (existsSync(socket) && (await pidBehind(socket)) === pid) return;
  }
  throw new Stop(`MariaDB did not start within ${START_TIMEOUT_MS / 1000} s:\n${tail(log)}`);
}

async function pidBehind(socket) {
  try {
    const pidFile = await sql(socket, 'SELECT @@pid_file');
    return Number(readFileSync(pidFile.trim(), 'utf8'));
  } catch {
    return undefined; // it does not take connections yet
  }
}

const sql = (socket, statements) =>
  run('mariadb', ['--no-defaults', '-uroot', `--socket=${socket}`, '--batch', '--skip-column-names'], {
    input: statements,
    what: 'the mariadb client',
  });
