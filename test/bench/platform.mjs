import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { createConnection } from 'mysql2/promise';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
export const DATABASE = {
  host: process.env.BENCH_DB_HOST,
  port: Number(process.env.BENCH_DB_PORT),
  user: process.env.BENCH_DB_USER,
  password: process.env.BENCH_DB_PASSWORD,
};
const ADMIN = { email: 'admin@finvera.test', password: 'platform password' };

export const freePort = () =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

/** Of every plan, as of users below: a benchmark sends more than any company. */
async function raiseLimits() {
  const master = await createConnection({ ...DATABASE, database: 'finvera_master' });
  await master.query('UPDATE plans SET requests_per_minute = 1000000000');
  await master.end();
}

/** An API of its own on the bench's servers, with a signed-in admin. */
export async function givenBenchPlatform() {
  const port = await freePort();
  const env = {
    PATH: process.env.PATH,
    NODE_ENV: 'production',
    MASTER_DB_HOST: DATABASE.host,
    MASTER_DB_PORT: String(DATABASE.port),
    MASTER_DB_USER: DATABASE.user,
    MASTER_DB_PASSWORD: DATABASE.password,
    REDIS_URL: process.env.BENCH_REDIS_URL,
    ENCRYPTION_KEY: 'an encryption key for benchmarks, 32 or more',
    ADMIN_EMAIL: ADMIN.email,
    ADMIN_PASSWORD: ADMIN.password,
    USER_REQUESTS_PER_MINUTE: '1000000000', // counted as always, never reached
    LOG_LEVEL: 'warn',
    LOG_FILE: '',
    HOST: '127.0.0.1',
    PORT: String(port),
  };
  await ended(start('cli', env, ['init-master']));
  await raiseLimits();
  const api = start('api', env);
  const url = `http://127.0.0.1:${port}`;
  for (let tries = 0; tries < 400; tries += 1) {
    if (
      await fetch(`${url}/api/health/ready`).then(
        (answer) => answer.ok,
        () => false,
      )
    )
      break;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const send = async (method, path, token, body) => {
    const answer = await fetch(`${url}${path}`, {
      method,
      headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    const json = await answer.json();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(json)}`);
    return json.data;
  };
  const { token } = await send('POST', '/api/admin/auth/login', undefined, ADMIN);
  let made = 0;
  return {
    url,
    send,
    token,
    async givenTenant() {
      made += 1;
      const password = 'a company password';
      const { tenant, admin_user } = await send('POST', '/api/admin/tenants', token, {
        company_name: `Bench ${made}`,
        subdomain: `bench${made}`,
        email: `admin@bench${made}.example.com`,
        phone: '1234567890',
        subscription_plan: 'standard',
        admin_password: password,
      });
      const session = await send('POST', '/api/auth/login', undefined, {
        subdomain: tenant.subdomain,
        email: admin_user.email,
        password,
      });
      return { ...tenant, token: session.token };
    },
    connect: (database) => createConnection({ ...DATABASE, database, multipleStatements: true }),
    async stop() {
      api.kill('SIGTERM');
      await ended(api);
    },
  };
}

const start = (app, env, args = []) =>
  spawn(process.execPath, [`${ROOT}dist/apps/${app}/src/main.js`, ...args], {
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
const ended = (child) => new Promise((resolve) => (child.exitCode !== null ? resolve() : child.once('close', resolve)));

export const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
