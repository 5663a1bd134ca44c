import { createConnection } from 'mysql2/promise';
import { expectOk } from '../load/platform.mjs';
import { DATABASE, median } from './platform.mjs';

const PATH = '/api/ledgers?limit=20';
const QUERY =
  'SELECT l.id, l.name, l.code, l.group_id, g.name AS group_name, l.bill_by_bill, l.is_active, l.version, l.created_at, l.updated_at FROM ledgers l JOIN account_groups g ON g.id = l.group_id ORDER BY l.name LIMIT 20';
const GOAL = 2;
const OPENING_GOAL_MS = 3;
const WARMING_SHARE = 0.3;
/** Until the compiler has seen enough of opening. */
const WARMING_REQUESTS = 600;

/**
 * The first request of companies that this process has never seen (record, credentials, login, user, answer), against a
 * bare createConnection with the same query; and what opening costs beyond the bare login: first request minus second
 * minus login. One at a time; the process and the compiler have seen other companies before.
 */
export async function coldTenant(platform, { tenants }) {
  const companies = await platform.companies(tenants);
  const api = await platform.startApi({ MAX_TENANT_CONNECTIONS: String(tenants), SERVER_CONNECTION_BUDGET: String(tenants) });
  const samples = { first: [], second: [], login: [], bare: [] };
  try {
    const warming = companies.splice(0, Math.floor(tenants * WARMING_SHARE));
    for (let request = 0; request < WARMING_REQUESTS; request += 1) {
      const company = warming[request % warming.length];
      if (request >= warming.length) await forget(api, platform, company);
      await askTwice(api, company);
      await connectAndQuery(company);
    }
    for (const [index, company] of companies.entries()) {
      // whoever comes first opens the tables: in turn
      const steps = [() => askTwice(api, company), () => connectAndQuery(company)];
      if (index % 2 === 1) steps.reverse();
      const times = {};
      for (const step of steps) Object.assign(times, await step());
      for (const [name, ms] of Object.entries(times)) samples[name].push(ms);
    }
  } finally {
    await api.stop();
  }
  const [first, second, login, bare] = Object.values(samples).map(median);
  const opening = first - second - login;
  const runs = samples.first.length;
  return [
    { name: 'first request of a cold tenant, p50', ours: first, reference: bare, ratio: first / bare, goal: `<= ${GOAL}`, met: first / bare <= GOAL, runs, unit: 'ms' },
    { name: 'opening a cold tenant beyond its login', ours: opening, reference: login, ratio: opening / login, goal: `<= ${OPENING_GOAL_MS} ms`, met: opening <= OPENING_GOAL_MS, runs, unit: 'ms' },
  ];
} // biome-ignore format: a table

/** A change makes every process forget the company. */
async function forget(api, platform, { id, mark }) {
  const change = {
    method: 'PUT',
    path: `/api/admin/tenants/${id}`,
    token: platform.token,
    body: { company_name: mark },
  };
  expectOk(await api.call(change), 'a change');
}

async function askTwice(api, company) {
  const [first] = await timed(() => ask(api, company));
  const [second] = await timed(() => ask(api, company));
  return { first, second };
}

const ask = async (api, { host, token, subdomain }) =>
  expectOk(await api.call({ path: PATH, host, token }), `reading ${subdomain}`);

async function connectAndQuery({ dbName }) {
  const [login, connection] = await timed(() => createConnection({ ...DATABASE, database: dbName }));
  await connection.end();
  const [bare, second] = await timed(async () => {
    const opened = await createConnection({ ...DATABASE, database: dbName });
    await opened.query(QUERY);
    return opened;
  });
  await second.end();
  return { login, bare };
}

async function timed(work) {
  const started = performance.now();
  const result = await work();
  return [performance.now() - started, result];
}
