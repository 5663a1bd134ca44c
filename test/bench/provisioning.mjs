import { median } from './platform.mjs';

const GOAL = 1.3;

/** POST /api/admin/tenants until the company can be used, against the same tables sent as one script by a bare client. */
export async function provisioning(platform, { runs }) {
  const model = await platform.givenTenant();
  const script = await ddlOf(platform, model.db_name);
  const admin = await platform.connect();
  const pairs = [];
  for (let run = 0; run < runs * 2; run += 1) {
    const name = `bench_bare_${run}`;
    let started = performance.now();
    await admin.query(`CREATE DATABASE ${name}; USE ${name}; ${script}`);
    const bare = performance.now() - started;
    await admin.query(`DROP DATABASE ${name}`);
    started = performance.now();
    const tenant = {
      company_name: `P ${run}`,
      subdomain: `provision${run}`,
      email: 'a@b.example.com',
      phone: '1234567890',
      subscription_plan: 'standard',
      admin_password: 'a company password',
    };
    await platform.send('POST', '/api/admin/tenants', platform.token, tenant);
    pairs.push([performance.now() - started, bare]);
  }
  await admin.end();
  const ratio = median(pairs.map(([a, b]) => a / b));
  return [
    {
      name: 'creating a company, against its bare DDL script',
      ours: median(pairs.map(([a]) => a)),
      reference: median(pairs.map(([, b]) => b)),
      ratio,
      goal: `<= ${GOAL}`,
      met: ratio <= GOAL,
      runs: runs * 2,
      unit: 'ms',
    },
  ];
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
