import { fork, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createConnection } from 'mysql2/promise';
import { Pool } from 'undici';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const GAUGED_API = fileURLToPath(new URL('gauged-api.mjs', import.meta.url));
const ADMIN = { email: 'admin@finvera.test', password: 'platform password' };
const READY_MAX_MS = 60_000;
const STOP_PATIENCE_MS = 20_000;
/** Longer than any deadline of the server: who is not answered by then was forgotten. */
const ANSWER_MAX_MS = 60_000;
/** Idle sockets of ours close soon, so that they are not counted as the server's. */
const IDLE_SOCKET_MS = 1_000;
const OUTPUT_KEPT = 20_000;

/**
 * @typedef {{ host: string, port: number, user: string, password: string }} Database
 * @typedef {{ method?: string, path: string, host?: string, token?: string, body?: unknown }} Call
 * @typedef {{ status: number, code?: string, data?: any, text: string }} Answer
 */

export const freePort = () =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

/**
 * A master database of its own and as many API processes as are asked for, as they are in production. Every answer of
 * any status is an answer; none at all rejects.
 * @param {{ database: Database, redisUrl: string, masterName?: string, env?: Record<string, string> }} options
 */
export async function startPlatform({ database, redisUrl, masterName = 'finvera_master', env = {} }) {
  const settings = {
    PATH: process.env.PATH,
    NODE_ENV: 'production',
    MASTER_DB_HOST: database.host,
    MASTER_DB_PORT: String(database.port),
    MASTER_DB_USER: database.user,
    MASTER_DB_PASSWORD: database.password,
    MASTER_DB_NAME: masterName,
    REDIS_URL: redisUrl,
    ENCRYPTION_KEY: 'an encryption key for load tests, 32 or more',
    ADMIN_EMAIL: ADMIN.email,
    ADMIN_PASSWORD: ADMIN.password,
    RATE_LIMITS: 'off',
    LOG_LEVEL: 'fatal',
    LOG_FILE: '',
    HOST: '127.0.0.1',
    ...env,
  };
  const apis = new Set();
  await initialise(settings);
  return {
    settings,
    /** @param {Record<string, string>} [extra] settings of this process alone */
    async startApi(extra = {}, { connections = 64 } = {}) {
      const api = await startApi({ ...settings, ...extra, PORT: String(await freePort()) }, connections);
      apis.add(api);
      return api;
    },
    /** The administrator's token. @param {{ call: (call: Call) => Promise<Answer> }} api */
    async signIn(api) {
      const answer = await api.call({ method: 'POST', path: '/api/admin/auth/login', body: ADMIN });
      return expectOk(answer, 'signing in').token;
    },
    stop: () => Promise.all([...apis].map((api) => api.stop())),
    /** Leaves nothing behind on a server that others use as well. */
    dropDatabases: () => dropDatabases(database, masterName),
  };
}

/** What an answer holds, which must be a good one. */
export function expectOk(answer, what) {
  if (answer.status >= 300) throw new Error(`${what}: ${answer.status} ${answer.text.slice(0, 500)}`);
  return answer.data;
}

async function dropDatabases(database, masterName) {
  const connection = await createConnection(database);
  const [rows] = await connection.query('SELECT db_name FROM ??.tenant_master', [masterName]);
  for (const name of [...rows.map(({ db_name }) => db_name), masterName])
    await connection.query('DROP DATABASE IF EXISTS ??', [name]);
  await connection.end();
}

async function initialise(env) {
  const child = spawn(process.execPath, [`${ROOT}dist/apps/cli/src/main.js`, 'init-master'], {
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const code = await new Promise((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error(`finvera init-master: exit code ${code}`);
}

async function startApi(env, connections) {
  const child = fork(GAUGED_API, [], { env, execArgv: ['--expose-gc'], stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  let output = '';
  const keep = (chunk) => {
    output = (output + chunk).slice(-OUTPUT_KEPT);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const ended = new Promise((resolve) => child.once('close', resolve));
  const url = `http://127.0.0.1:${env.PORT}`;
  const pool = new Pool(url, {
    connections,
    keepAliveTimeout: IDLE_SOCKET_MS,
    keepAliveMaxTimeout: IDLE_SOCKET_MS,
    headersTimeout: ANSWER_MAX_MS,
    bodyTimeout: ANSWER_MAX_MS,
  });
  const api = {
    url,
    pid: child.pid,
    call: (call) => send(pool, call),
    output: () => output,
    hasEnded: () => child.exitCode !== null || child.signalCode !== null,
    /** Memory in bytes after a collection, and what keeps the process busy. */
    gauge: () =>
      new Promise((resolve, reject) => {
        child.once('message', resolve);
        child.send('gauge', (error) => error && reject(error));
      }),
    async stop() {
      await pool.destroy();
      if (api.hasEnded()) return;
      child.kill('SIGTERM');
      const insist = setTimeout(() => child.kill('SIGKILL'), STOP_PATIENCE_MS);
      await ended;
      clearTimeout(insist);
    },
  };
  try {
    await untilReady(api);
  } catch (error) {
    await api.stop();
    throw error;
  }
  return api;
}

async function untilReady(api) {
  for (const deadline = performance.now() + READY_MAX_MS; ; await sleep(50)) {
    const ready = await api.call({ path: '/api/health/ready' }).then(
      ({ status }) => status === 200,
      () => false,
    );
    if (ready) return;
    if (api.hasEnded() || performance.now() > deadline) throw new Error(`The API did not start:\n${api.output()}`);
  }
}

/** @param {Call} call @returns {Promise<Answer>} */
async function send(pool, { method = 'GET', path, host, token, body }) {
  const headers = {};
  if (host) headers.host = host;
  if (token) headers.authorization = `Bearer ${token}`;
  if (body) headers['content-type'] = 'application/json';
  const answer = await pool.request({ method, path, headers, body: body && JSON.stringify(body) });
  const text = await answer.body.text();
  const { data, code } = text.startsWith('{') ? JSON.parse(text) : {};
  return { status: answer.statusCode, code, data, text };
}
