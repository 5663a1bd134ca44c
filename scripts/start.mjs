// npm start: see scripts/README.md
import { spawn } from 'node:child_process';
import { mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { build } from './lib/build.mjs';
import { buildDashboard } from './lib/dashboard.mjs';
import { checkNode, installPackages, installServers } from './lib/install.mjs';
import { endLeftMariadb, startMariadb, tail } from './lib/mariadb.mjs';
import { API_MAIN, CLI_MAIN, HOME, ROOT, WORKER_MAIN } from './lib/paths.mjs';
import { isFree } from './lib/ports.mjs';
import { end, removePid, runningFrom, writePid } from './lib/processes.mjs';
import { endLeftRedis, startRedis } from './lib/redis.mjs';
import { run } from './lib/run.mjs';
import { given, loadDotEnv, readRuntime, removeRuntime, writeRuntime } from './lib/runtime.mjs';
import { main, say, step, Stop } from './lib/say.mjs';
import { keep, randomSecret } from './lib/secrets.mjs';
import { stopChild, Supervisor } from './lib/supervisor.mjs';

const READY_TIMEOUT_MS = 60_000;
const MARIADB_DIR = join(HOME, 'mariadb');
const REDIS_DIR = join(HOME, 'redis');

main(async () => {
  checkNode();
  loadDotEnv();
  const settings = {
    PORT: given('PORT') ?? '3000',
    HOST: given('HOST') ?? 'localhost',
    BASE_DOMAIN: given('BASE_DOMAIN') ?? 'localhost',
  };
  const running = readRuntime();
  if (running)
    throw new Stop(`Finvera runs already: ${running.settings.API_URL} (stop it with: kill ${running.supervisor})`);
  await endLeftovers();
  await assertPortFree(Number(settings.PORT), settings.HOST);

  let stop = async () => removeRuntime();
  let ending = false;
  const finish = async (code) => {
    if (ending) return;
    ending = true;
    await stop();
    removeRuntime();
    process.exit(code);
  };
  const supervisor = new Supervisor({
    onChange: () => writeRuntime({ supervisor: process.pid, settings, pids: supervisor.pids() }),
    giveUp: (reason) => {
      process.stderr.write(`${reason.message}\n`);
      void finish(1);
    },
  });
  stop = async () => {
    say('\nstopping …');
    await supervisor.stopAll();
    say('stopped.');
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => void finish(0));

  try {
    say('Finvera');
    await installPackages();
    await installServers([
      ...(given('MASTER_DB_HOST') ? [] : ['mariadbd']),
      ...(given('REDIS_URL') ? [] : ['redis-server']),
    ]);
    await build();
    await startServers(supervisor, settings);
    // their logs stand in logs/; what they print beside that is kept in .finvera/
    const env = { ...process.env, ...settings, LOG_STDOUT: 'false' };
    const initialised = await step('master database ready', () =>
      run(process.execPath, [CLI_MAIN, 'init-master'], { cwd: ROOT, env, what: 'init-master' }),
    );
    settings.API_URL = `http://${settings.HOST === '0.0.0.0' || settings.HOST === '::' ? 'localhost' : settings.HOST}:${settings.PORT}`;
    await step('API and worker started', async () => {
      await supervisor.keep('API', () => startNode('api', API_MAIN, env));
      await supervisor.keep('WORKER', () => startNode('worker', WORKER_MAIN, env));
      await untilReady(settings.API_URL);
    });
    introduce(settings, !given('MASTER_DB_HOST') || initialised.includes('first admin'));
    await buildDashboard(settings.API_URL);
  } catch (error) {
    if (ending) return;
    process.stderr.write(`${error instanceof Stop ? error.message : error.stack}\n`);
    await finish(1);
  }
});

async function assertPortFree(port, host) {
  // a machine without IPv6 has no ::1 at all: that is no sign that the port is taken
  const hosts = host === 'localhost' ? ['127.0.0.1', ...((await isFree(0, '::1')) ? ['::1'] : [])] : [host];
  for (const address of hosts)
    if (!(await isFree(port, address)))
      throw new Stop(`Port ${port} is taken by another program; choose another one: PORT=3001 npm start`);
}

/** What an earlier start left running when it was killed: ours by pid file and command line. */
async function endLeftovers() {
  for (const [name, entry] of [
    ['api', API_MAIN],
    ['worker', WORKER_MAIN],
  ]) {
    const pid = runningFrom(join(HOME, `${name}.pid`), entry);
    if (pid) await end(pid);
  }
  await endLeftRedis(REDIS_DIR);
  await endLeftMariadb(MARIADB_DIR);
}

async function startServers(supervisor, settings) {
  mkdirSync(HOME, { recursive: true, mode: 0o700 });
  if (given('MASTER_DB_HOST'))
    copyGiven(settings, [
      'MASTER_DB_HOST',
      'MASTER_DB_PORT',
      'MASTER_DB_USER',
      'MASTER_DB_PASSWORD',
      'ENCRYPTION_KEY',
      'JWT_SECRET',
    ]);
  else {
    const db = await step('private MariaDB started', () =>
      supervisor.keep('MARIADB', () =>
        startMariadb({ dir: MARIADB_DIR, port: settings.MASTER_DB_PORT && Number(settings.MASTER_DB_PORT) }),
      ),
    );
    Object.assign(settings, {
      MASTER_DB_HOST: db.host,
      MASTER_DB_PORT: String(db.port),
      MASTER_DB_USER: db.user,
      MASTER_DB_PASSWORD: db.password,
      MARIADB_SOCKET: db.socket,
      ENCRYPTION_KEY: given('ENCRYPTION_KEY') ?? keep(join(HOME, 'encryption-key'), randomSecret),
    });
    copyGiven(settings, ['JWT_SECRET']);
  }
  settings.MASTER_DB_NAME = given('MASTER_DB_NAME') ?? 'finvera_master';
  if (given('REDIS_URL')) copyGiven(settings, ['REDIS_URL']);
  else {
    const redis = await step('private Redis started', () =>
      supervisor.keep('REDIS', () =>
        startRedis({ dir: REDIS_DIR, port: settings.REDIS_PORT && Number(settings.REDIS_PORT) }),
      ),
    );
    settings.REDIS_URL = redis.url;
    settings.REDIS_PORT = String(redis.port);
  }
  settings.ADMIN_EMAIL = given('ADMIN_EMAIL') ?? 'admin@finvera.local';
  settings.ADMIN_PASSWORD = given('ADMIN_PASSWORD') ?? keep(join(HOME, 'admin-password'), randomSecret);
  settings.MAX_TENANT_CONNECTIONS = given('MAX_TENANT_CONNECTIONS') ?? '50';
  settings.USE_SEPARATE_DB_USERS = given('USE_SEPARATE_DB_USERS') ?? 'false';
}

function copyGiven(settings, names) {
  for (const name of names) if (given(name) !== undefined) settings[name] = given(name);
}

async function startNode(name, entry, env) {
  const log = join(HOME, `${name}.out`);
  const output = openSync(log, 'a');
  const child = spawn(process.execPath, ['--enable-source-maps', entry], {
    cwd: ROOT,
    env,
    detached: true,
    stdio: ['ignore', output, output],
  });
  const pidFile = join(HOME, `${name}.pid`);
  writePid(pidFile, child.pid);
  return {
    child,
    stop: async () => {
      await stopChild(child)();
      removePid(pidFile);
    },
  };
}

async function untilReady(url) {
  const deadline = performance.now() + READY_TIMEOUT_MS;
  while (performance.now() < deadline) {
    const ready = await fetch(`${url}/api/health/ready`).then(
      (answer) => answer.ok,
      () => false,
    );
    if (ready) return;
    await sleep(50);
  }
  throw new Stop(
    `The API did not become ready within ${READY_TIMEOUT_MS / 1000} s. Its last words:\n${tail(join(HOME, 'api.out'))}`,
  );
}

/** @param knowsAdmin whether the admin's password is the one in the settings: on a given server somebody may have set it up */
function introduce(settings, knowsAdmin) {
  const { API_URL: url, ADMIN_EMAIL: email, ADMIN_PASSWORD: password } = settings;
  say(`
Finvera is ready.

  API         ${url}/api
  Explorer    ${url}/api/docs
  Dashboard   ${url}/admin/
  Logs        logs/app.log, logs/worker.log
  Data        ${given('MASTER_DB_HOST') ? `on ${settings.MASTER_DB_HOST}` : '.finvera/'}

${
  knowsAdmin
    ? `  Platform admin   ${email}
  Password         ${password}${given('ADMIN_PASSWORD') ? '' : '   (kept in .finvera/admin-password)'}

Paste this in another terminal to sign in:

  curl -s -X POST ${url}/api/admin/auth/login -H 'Content-Type: application/json' -d '{"email":"${email}","password":"${password}"}'`
    : '  Platform admin   as this master database was set up'
}

Ctrl-C stops all of it; the data stays.`);
}
