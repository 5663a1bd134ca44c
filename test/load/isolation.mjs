// npm run isolation: many companies, three processes that may cache few of them, every row marked by its company
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createConnection } from 'mysql2/promise';
import { makeCompanies } from './companies.mjs';
import { startPlatform } from './platform.mjs';
import { printTable } from './print-table.mjs';
import { ask, checkStored, isExpected, KIND_NAMES, NARRATIONS, newState, pick, randomKind } from './traffic.mjs';

const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '1000000' },
    tenants: { type: 'string', default: '500' },
    processes: { type: 'string', default: '3' },
    clients: { type: 'string', default: '24' },
    json: { type: 'boolean', default: false },
  },
});
const wanted = positive('requests');
const count = positive('tenants');
/** Each process may cache a fifth of the companies, so that evictions happen all the time. */
const cachedMax = Math.max(2, Math.floor(count / 5));
/** Companies among which a client goes to and fro before it moves on: A → B → A. */
const NEIGHBOURS = 3;
const CALLS_AMONG_NEIGHBOURS = 30;
/** Of all processes: more than the companies among which clients go to and fro. */
const CONNECTIONS = 600;
const FAULTS_SHOWN = 20;
const LEASE_TRIES = 20;
const SAY_EVERY_MS = 10_000;

const database = {
  host: process.env.LOAD_DB_HOST,
  port: Number(process.env.LOAD_DB_PORT),
  user: process.env.LOAD_DB_USER,
  password: process.env.LOAD_DB_PASSWORD,
};
const platform = await startPlatform({
  database,
  redisUrl: process.env.LOAD_REDIS_URL,
  masterName: process.env.LOAD_MASTER_NAME,
  env: { MAX_TENANT_CONNECTIONS: String(cachedMax), SERVER_CONNECTION_BUDGET: String(CONNECTIONS) },
});
try {
  process.exitCode = await run();
} finally {
  await platform.stop();
  if (process.env.LOAD_MASTER_NAME) await platform.dropDatabases();
}

async function run() {
  const apis = await Promise.all(Array.from({ length: positive('processes') }, () => platform.startApi()));
  const token = await platform.signIn(apis[0]);
  say(`making ${count} companies`);
  const companies = await makeCompanies(apis[0], { token, count, prefix: 'iso', onProgress: sayNow('companies') });
  const state = newState(companies);
  const totals = new Map(KIND_NAMES.map((name) => [name, { requests: 0, rows: 0, foreign: 0, wrong: 0, refused: 0 }]));
  const faults = [];
  let cachedMost = 0;
  const watching = setInterval(async () => {
    for (const { activeConnections } of await statsOf(apis, token))
      cachedMost = Math.max(cachedMost, activeConnections);
  }, 500);
  say(`${wanted} requests`);
  const started = performance.now();
  let sent = 0;
  const progress = sayNow('requests');
  const client = async () => {
    let neighbours = [];
    for (let step = 0; sent < wanted; step += 1) {
      if (step % CALLS_AMONG_NEIGHBOURS === 0) neighbours = Array.from({ length: NEIGHBOURS }, () => pick(companies));
      sent += 1;
      progress(sent);
      const name = randomKind();
      const company = neighbours[step % NEIGHBOURS];
      const total = totals.get(name);
      total.requests += 1;
      try {
        const { answer, rows, foreign, wrong } = await ask(pick(apis), name, company, state);
        total.rows += rows;
        total.foreign += foreign.length;
        const refused = answer.status >= 300 && !isExpected(name, answer);
        total.wrong += Number(wrong !== undefined);
        total.refused += Number(refused);
        if (foreign.length > 0) faults.push(`${name} of ${company.subdomain}: rows of ${foreign.slice(0, 3)}`);
        if (wrong || refused)
          faults.push(`${name} of ${company.subdomain}: ${wrong ?? ''} ${answer.status} ${answer.text.slice(0, 200)}`);
      } catch (error) {
        total.refused += 1;
        faults.push(`${name} of ${company.subdomain}: no answer, ${error.message}`);
      }
    }
  };
  await Promise.all(Array.from({ length: positive('clients') }, client));
  clearInterval(watching);
  const seconds = (performance.now() - started) / 1000;
  const stats = await settledStats(apis, token);
  const stored = await storedIn(state);
  faults.push(...stored.faults);
  const evictions = stats.reduce((sum, one) => sum + one.evictions, 0);
  const leased = leasesOf(stats);
  if (cachedMost > cachedMax) faults.push(`${cachedMost} companies were cached, more than ${cachedMax}`);
  if (evictions === 0) faults.push('nothing was evicted: the proof proves too little');
  if (leased > 0) faults.push(`${leased} leases were not given back`);
  const sum = (field) => [...totals.values()].reduce((total, one) => total + one[field], 0);
  const result = {
    requests: sum('requests'),
    companies: count,
    processes: apis.length,
    seconds: Math.round(seconds),
    marked_rows: sum('rows'),
    foreign_rows: sum('foreign'),
    wrong: sum('wrong'),
    refused: sum('refused'),
    cached_max: cachedMax,
    cached_most: cachedMost,
    evictions,
    opens: stats.reduce((total, one) => total + one.opens, 0),
    vouchers_acknowledged: stored.acknowledged,
    vouchers_stored: stored.stored,
    faults: faults.slice(0, FAULTS_SHOWN),
  };
  if (values.json) process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
  else {
    const columns = ['requests', 'rows', 'foreign', 'wrong', 'refused'];
    printTable([
      ['what', ...columns],
      ...[...totals].map(([name, total]) => [name, ...columns.map((column) => total[column])]),
      ['all', ...columns.map(sum)],
    ]);
    process.stdout.write('\n');
    printTable([['figure', 'value'], ...Object.entries(result).filter(([name]) => name !== 'faults')]);
    for (const fault of result.faults) process.stdout.write(`FAULT ${fault}\n`);
    process.stdout.write(faults.length === 0 ? 'no row of another company\n' : `${faults.length} faults\n`);
  }
  return faults.length === 0 ? 0 : 1;
}

/** What the processes tell of themselves, each about itself. */
async function statsOf(apis, token) {
  const answers = await Promise.all(apis.map((api) => api.call({ path: '/api/admin/connections', token })));
  return answers.map(({ data }) => data);
}

function leasesOf(stats) {
  return stats.flatMap(({ servers }) => servers).reduce((sum, { leased }) => sum + leased, 0);
}

/** A lease ends with its response's socket, a moment after the answer is read here. */
async function settledStats(apis, token) {
  for (let tries = 1; ; tries += 1) {
    const stats = await statsOf(apis, token);
    if (leasesOf(stats) === 0 || tries === LEASE_TRIES) return stats;
    await sleep(100);
  }
}

async function storedIn(state) {
  const connection = await createConnection(database);
  try {
    return await checkStored(state, async ({ dbName }) => (await connection.query(NARRATIONS, [dbName]))[0]);
  } finally {
    await connection.end();
  }
}

function positive(name) {
  const value = Number(values[name]);
  if (Number.isInteger(value) && value > 0) return value;
  process.stderr.write(`--${name} must be a whole number above 0\n`);
  process.exit(2);
}

function say(line) {
  process.stderr.write(`${line}\n`);
}

/** Says now and then how far it is. */
function sayNow(what) {
  let saidMs = performance.now();
  return (done) => {
    if (performance.now() - saidMs < SAY_EVERY_MS) return;
    saidMs = performance.now();
    say(`${done} ${what}`);
  };
}
