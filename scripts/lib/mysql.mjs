import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './ports.mjs';
import { launch, tail } from './processes.mjs';
import { run } from './run.mjs';
import { Stop } from './say.mjs';
import { keep, randomSecret } from './secrets.mjs';

const START_TIMEOUT_MS = 60_000;
const STOP_PATIENCE_MS = 60_000;
/** A mirror that says nothing for so long is given up. */
const SILENCE_MAX_S = 15;
const SOURCES = '/etc/apt/sources.list.d/debian.sources';
const LIBRARIES = 'usr/lib/x86_64-linux-gnu';

/** @param {string} folder */
export function unpackedMysql(folder) {
  const root = join(folder, 'root');
  return existsSync(join(root, 'usr/sbin/mysqld')) ? root : undefined;
}

/**
 * A real MySQL (9.7 LTS) for tests: Debian unstable's packages unpacked beside the system, whose own apt settings stay
 * untouched. Some 20 s and 350 MB the first time.
 * @param {string} folder absolute
 */
export async function unpackMysql(folder) {
  const done = unpackedMysql(folder);
  if (done) return done;
  if (process.arch !== 'x64') throw new Stop('A MySQL for tests needs an x86-64 processor.');
  const sources = existsSync(SOURCES) ? readFileSync(SOURCES, 'utf8') : '';
  const [, mirror] = /^URIs:\s*(\S+)/m.exec(sources) ?? [];
  if (!mirror) throw new Stop(`A MySQL for tests needs Debian: ${SOURCES} names no mirror.`);
  const root = join(folder, 'root.unfinished');
  rmSync(root, { recursive: true, force: true });
  for (const part of [
    'lists/partial',
    'cache/archives/partial',
    ...['lib', 'lib64', 'bin', 'sbin'].map((name) => `root.unfinished/usr/${name}`),
  ])
    mkdirSync(join(folder, part), { recursive: true });
  for (const name of ['lib', 'lib64', 'bin', 'sbin'])
    if (!existsSync(join(root, name))) symlinkSync(`usr/${name}`, join(root, name)); // merged /usr, before dpkg -x
  writeFileSync(join(folder, 'status'), '');
  writeFileSync(
    join(folder, 'source'),
    `deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] ${mirror} sid main\n`,
  );
  const settings = [
    `-oDir::State::Lists=${join(folder, 'lists')}`,
    `-oDir::Etc::SourceList=${join(folder, 'source')}`,
    '-oDir::Etc::SourceParts=/dev/null',
    `-oDir::Cache=${join(folder, 'cache')}`,
    `-oDir::State::Status=${join(folder, 'status')}`,
    '-oAPT::Install-Recommends=false',
    '-oAPT::Sandbox::User=root',
    `-oAcquire::http::Timeout=${SILENCE_MAX_S}`,
    '-oAcquire::Retries=1',
  ];
  await run('apt-get', [...settings, '-qq', 'update']);
  await run('apt-get', [...settings, '-qqy', '--download-only', 'install', 'mysql-server-core', 'mysql-client-core']);
  const archives = join(folder, 'cache/archives');
  for (const file of readdirSync(archives).filter((name) => name.endsWith('.deb')))
    await run('dpkg', ['-x', join(archives, file), root]);
  // moved to its place when it is whole: a Ctrl-C leaves no half of one
  renameSync(root, join(folder, 'root'));
  return join(folder, 'root');
}

/**
 * Starts the unpacked MySQL on the loopback address with a data directory of its own. The same `dir` and `port` again
 * find the same data. Types for tests: mysql.d.mts.
 * @param {import('./mysql.d.mts').MysqlOptions} options
 * @returns {Promise<import('./mysql.d.mts').MysqlServer>}
 */
export async function startMysql({ root, dir, port: wanted, serverId = 1, extraArgs = [] }) {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const share = join(root, 'usr/share/mysql');
  const data = join(dir, 'data');
  const temporary = join(dir, 'tmp'); // of its own, as each server's
  mkdirSync(temporary, { recursive: true, mode: 0o700 });
  const common = [
    join(root, 'usr/sbin/mysqld'),
    '--no-defaults',
    ...(process.getuid?.() === 0 ? ['--user=root'] : []),
    `--basedir=${join(root, 'usr')}`,
    `--lc-messages-dir=${share}`,
    `--character-sets-dir=${join(share, 'charsets')}`,
    `--plugin-dir=${join(root, 'usr/lib/mysql/plugin')}`,
    `--datadir=${data}`,
    '--secure-file-priv=NULL',
  ];
  const loader = join(root, 'lib64/ld-linux-x86-64.so.2');
  const through = (args) => ['--library-path', join(root, LIBRARIES), ...args];
  const password = keep(join(dir, 'password'), randomSecret);
  const init = join(dir, 'init.sql');
  writeFileSync(
    init,
    `CREATE USER IF NOT EXISTS root@'127.0.0.1' IDENTIFIED BY '${password}'; GRANT ALL ON *.* TO root@'127.0.0.1' WITH GRANT OPTION;\n`,
    { mode: 0o600 },
  );
  if (!existsSync(data)) await run(loader, through([...common, '--initialize-insecure']));
  const port = wanted ?? (await freePort());
  const log = join(dir, 'mysql.log');
  const args = [
    ...common,
    '--bind-address=127.0.0.1',
    `--port=${port}`,
    `--tmpdir=${temporary}`,
    `--socket=${join(dir, 's')}`,
    `--pid-file=${join(dir, 'pid')}`,
    '--mysqlx=OFF',
    '--performance-schema=OFF',
    '--innodb-flush-log-at-trx-commit=0',
    '--sync-binlog=0',
    '--log-bin-trust-function-creators=1',
    '--max-connections=500',
    '--default-time-zone=+00:00',
    `--init-file=${init}`,
    `--server-id=${serverId}`,
    ...extraArgs,
  ];
  const written = existsSync(log) ? statSync(log).size : 0; // by an earlier start
  const server = launch(loader, through(args), {
    log,
    pidFile: join(dir, 'mysql.pid'),
    patienceMs: STOP_PATIENCE_MS,
  });
  for (
    const deadline = performance.now() + START_TIMEOUT_MS;
    !readFileSync(log).subarray(written).includes('ready for connections');
  ) {
    if (server.hasEnded() || performance.now() > deadline) throw new Stop(`MySQL did not start:\n${tail(log)}`);
    await sleep(100);
  }
  return {
    host: '127.0.0.1',
    port,
    user: 'root',
    password,
    pid: server.pid,
    stop: server.stop,
    kill: server.kill,
  };
}
