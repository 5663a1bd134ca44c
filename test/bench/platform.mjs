import { createConnection } from 'mysql2/promise';
import { makeCompanies } from '../load/companies.mjs';
import { expectOk, startPlatform } from '../load/platform.mjs';

export { freePort } from '../load/platform.mjs';

export const DATABASE = {
  host: process.env.BENCH_DB_HOST,
  port: Number(process.env.BENCH_DB_PORT),
  user: process.env.BENCH_DB_USER,
  password: process.env.BENCH_DB_PASSWORD,
};
const READ = { supportBigNumbers: true, bigNumberStrings: true };
const MASTER = 'finvera_master';
const PASSWORD = 'a company password';
const LEDGERS_ADDED = 18;
const SAY_EVERY = 100;

/** Of every plan, as of users below: a benchmark sends more than any company. */
async function raiseLimits() {
  const master = await createConnection({ ...DATABASE, database: MASTER });
  await master.query('UPDATE plans SET requests_per_minute = 1000000000');
  await master.end();
}

/** A platform on the bench's servers with one API and a signed-in admin; measures may start more APIs with settings of their own. */
export async function givenBenchPlatform() {
  const platform = await startPlatform({
    database: DATABASE,
    redisUrl: process.env.BENCH_REDIS_URL,
    masterName: MASTER,
    // counted as always, never reached
    env: { RATE_LIMITS: 'on', USER_REQUESTS_PER_MINUTE: '1000000000', LOG_LEVEL: 'warn' },
  });
  await raiseLimits();
  const api = await platform.startApi();
  const token = await platform.signIn(api);
  const send = async (method, path, bearer, body) =>
    expectOk(await api.call({ method, path, token: bearer, body }), `${method} ${path}`);
  const connect = (database) => createConnection({ ...DATABASE, ...READ, database, multipleStatements: true });
  const companies = [];
  let made = 0;
  return {
    url: api.url,
    send,
    token,
    connect,
    startApi: platform.startApi,
    settings: platform.settings,
    stop: platform.stop,
    async givenTenant() {
      made += 1;
      const { tenant, admin_user } = await send('POST', '/api/admin/tenants', token, {
        company_name: `Bench ${made}`,
        subdomain: `bench${made}`,
        email: `admin@bench${made}.example.com`,
        phone: '1234567890',
        subscription_plan: 'standard',
        admin_password: PASSWORD,
      });
      const signIn = { subdomain: tenant.subdomain, email: admin_user.email, password: PASSWORD };
      const session = await send('POST', '/api/auth/login', undefined, signIn);
      return { ...tenant, token: session.token };
    },
    /** So many signed-in companies of at least 20 ledgers each; those that are there already serve again. */
    async companies(count) {
      const missing = count - companies.length;
      if (missing <= 0) return companies.slice(0, count);
      const onProgress = (done) => done % SAY_EVERY === 0 && process.stderr.write(`  ${done} companies made\n`);
      const added = await makeCompanies(api, { token, count: missing, prefix: `many${companies.length}x`, onProgress });
      const connection = await connect();
      for (const { dbName } of added) await addLedgers(connection, dbName);
      await connection.end();
      companies.push(...added);
      return [...companies];
    },
  };
}

/** By SQL: it is the reading that is measured. */
async function addLedgers(connection, database) {
  const [[{ id: group }]] = await connection.query('SELECT id FROM ??.account_groups ORDER BY name LIMIT 1', [
    database,
  ]);
  const rows = Array.from({ length: LEDGERS_ADDED }, (_, index) => [index + 1, `Ledger ${index + 1}`, group]);
  await connection.query('INSERT INTO ??.ledgers (id, name, group_id) VALUES ?', [database, rows]);
}

/** The value below which the given share of the values lies. */
export const quantile = (values, share) =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))];
export const median = (values) => quantile(values, 0.5);
