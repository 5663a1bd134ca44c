import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { median } from './platform.mjs';

const CLI = fileURLToPath(new URL('../../dist/apps/cli/src/main.js', import.meta.url));
const SCRIPT_GOAL = 1.3;
const WARM_GOAL_MS = 100;
const RATE_GOAL = 0.8;
const BULK_ROWS = 500;
const BLOCKS = 5;
const AT_ONCE = 4;

const company = (subdomain) => ({
  company_name: `Company ${subdomain}`,
  subdomain,
  email: 'a@b.example.com',
  phone: '1234567890',
  subscription_plan: 'standard',
  admin_password: 'a company password',
});

/**
 * POST /api/admin/tenants until the company can be used, with its tables made by script and with a database made ready
 * beforehand, against the same tables and triggers sent as one script over an open connection; and 500 companies in bulk
 * against as many such scripts over as many connections.
 */
export async function provisioning(platform, { runs }) {
  const model = await platform.givenTenant();
  const script = await ddlOf(platform, model.db_name);
  const results = [
    await one(platform, script, runs, 'script'),
    await one(platform, script, runs, 'warm'),
    await bulk(platform, script, Math.min(BULK_ROWS, runs * 100)),
  ];
  return results;
}

async function one(platform, script, runs, how) {
  const admin = await platform.connect();
  const count = runs * 2;
  if (how === 'warm') makeReady(platform, count);
  const pairs = [];
  for (let run = 0; run < count; run += 1) {
    const bare = await timeOf(() => makeBare(admin, `bench_bare_${run}`, script));
    await admin.query(`DROP DATABASE bench_bare_${run}`);
    const ours = await timeOf(() =>
      platform.send('POST', '/api/admin/tenants', platform.token, company(`${how}${run}`)),
    );
    pairs.push([ours, bare]);
  }
  if (how === 'warm') makeReady(platform, 0);
  await admin.end();
  const ratio = median(pairs.map(([ours, bare]) => ours / bare));
  const ours = median(pairs.map(([time]) => time));
  const isWarm = how === 'warm';
  return {
    name: `creating a company ${isWarm ? 'from a database made ready' : 'by script'}, against its bare DDL script`,
    ours,
    reference: median(pairs.map(([, bare]) => bare)),
    ratio,
    goal: isWarm ? `<= ${WARM_GOAL_MS} ms` : `<= ${SCRIPT_GOAL}`,
    met: isWarm ? ours <= WARM_GOAL_MS : ratio <= SCRIPT_GOAL,
    runs: count,
    unit: 'ms',
  };
}

/** In blocks by turns, so that both meet the same machine. */
async function bulk(platform, script, rows) {
  const connections = await Promise.all(Array.from({ length: AT_ONCE }, () => platform.connect()));
  const size = Math.ceil(rows / BLOCKS);
  let oursMs = 0;
  let bareMs = 0;
  for (let block = 0; block < BLOCKS; block += 1) {
    let next = 0;
    bareMs += await timeOf(() =>
      Promise.all(
        connections.map(async (connection) => {
          while (next < size) await makeBare(connection, `bench_bulk_${next++}`, script);
        }),
      ),
    );
    for (let index = 0; index < size; index += 1) await drop(connections[0], `bench_bulk_${index}`);
    const tenants = Array.from({ length: size }, (_, index) => company(`bulk${block}x${index}`));
    oursMs += await timeOf(async () => {
      const { summary } = await platform.send('POST', '/api/admin/tenants/bulk', platform.token, { tenants });
      if (summary.created !== size) throw new Error(`bulk creation: ${JSON.stringify(summary)}`);
    });
  }
  for (const connection of connections) await connection.end();
  const rate = (ms) => (size * BLOCKS * 1000) / ms;
  const ratio = rate(oursMs) / rate(bareMs);
  return {
    name: `${size * BLOCKS} companies in bulk, against their bare DDL scripts, ${AT_ONCE} at a time`,
    ours: rate(oursMs),
    reference: rate(bareMs),
    ratio,
    goal: `>= ${RATE_GOAL}`,
    met: ratio >= RATE_GOAL,
    runs: BLOCKS,
    unit: 'companies/s',
  };
}

async function timeOf(work) {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

const makeBare = (connection, name, script) => connection.query(`CREATE DATABASE ${name}; USE ${name}; ${script}`);

/** MariaDB 10.11 may leave a file in the folder when triggers are made at once; then it is left there, like the bench's server. */
const drop = (connection, name) =>
  connection.query(`DROP DATABASE ${name}`).catch((error) => {
    if (error.code !== 'ER_DB_DROP_RMDIR') throw error;
  });

function makeReady(platform, count) {
  const { status } = spawnSync(process.execPath, [CLI, 'warm-databases', '--refill'], {
    env: { ...platform.settings, WARM_DATABASES_PER_SERVER: String(count) },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (status !== 0) throw new Error(`finvera warm-databases: exit code ${status}`);
}

async function ddlOf(platform, database) {
  const connection = await platform.connect(database);
  const [tables] = await connection.query("SHOW FULL TABLES WHERE Table_type = 'BASE TABLE'");
  const statements = [];
  for (const row of tables) {
    const [[created]] = await connection.query('SHOW CREATE TABLE ??', [Object.values(row)[0]]);
    statements.push(created['Create Table']);
  }
  const [triggers] = await connection.query('SHOW TRIGGERS');
  for (const { Trigger } of triggers) {
    const [[created]] = await connection.query('SHOW CREATE TRIGGER ??', [Trigger]);
    statements.push(created['SQL Original Statement'].replace(/DEFINER=\S+ /, ''));
  }
  await connection.end();
  return `SET foreign_key_checks = 0; ${statements.join(';\n')}`;
}
