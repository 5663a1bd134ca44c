import { tenantSchema } from '@finvera/accounting';
import { createConnection, type RowDataPacket } from 'mysql2/promise';
import { randomBytes } from 'node:crypto';
import { DataSource } from 'typeorm';
import { givenPlatform, type Platform, testDatabase } from './support/platform.js';
import { until } from './support/process.js';

const READY = 2;

const body = (subdomain: string) => ({
  company_name: `Warm ${subdomain}`,
  subdomain,
  email: 'admin@warm.example',
  phone: '1234567890',
  subscription_plan: 'standard',
  admin_password: 'a company password',
});

/** Tables, triggers, and rows that every company has, without what differs from one company to the next. */
async function shapeOf(database: string): Promise<Record<string, unknown>> {
  const connection = await createConnection({ ...testDatabase(), database });
  const rows = async (sql: string) => (await connection.query<RowDataPacket[]>(sql))[0];
  const tables = (await rows('SHOW TABLES')).map((row) => String(Object.values(row)[0])).sort();
  const shape: Record<string, unknown> = {};
  for (const table of tables) {
    const [created] = await rows(`SHOW CREATE TABLE ${table}`);
    shape[`table ${table}`] = created!['Create Table'].replace(/ AUTO_INCREMENT=\d+/, '');
  }
  for (const row of await rows('SHOW TRIGGERS')) {
    const { Trigger, Event, Table, Statement, Timing, sql_mode } = row;
    shape[`trigger ${Trigger}`] = { Event, Table, Statement, Timing, sql_mode };
  }
  shape.migrations = await rows('SELECT id, timestamp, name FROM migrations ORDER BY id');
  for (const [what, sql] of Object.entries({
    groups: 'SELECT name, nature, sort_order FROM account_groups ORDER BY reserved_code',
    ledgers: 'SELECT name, reserved_code FROM ledgers ORDER BY reserved_code',
    types: 'SELECT name, base_type, numbering FROM voucher_types ORDER BY name',
    roles: 'SELECT code, permissions FROM roles ORDER BY code',
    years: 'SELECT start_date, end_date, status FROM financial_years ORDER BY start_date',
  }))
    shape[what] = await rows(sql).catch(() => []);
  await connection.end();
  return shape;
}

describe('databases made ready beforehand', () => {
  let platform: Platform;
  const warm = () =>
    platform.sql<{ db_name: string; status: string; schema_version: string }>(
      'SELECT db_name, status, schema_version FROM warm_databases ORDER BY db_name',
    );
  const filled = () =>
    until(async () => {
      const found = await warm();
      return found.length === READY && found.every(({ status }) => status === 'ready') && found;
    }, `${READY} databases are ready`);

  beforeAll(async () => {
    platform = await givenPlatform({
      env: {
        WARM_DATABASES_PER_SERVER: String(READY),
        USE_SEPARATE_DB_USERS: 'true',
        RECONCILE_EVERY_MS: '200',
      },
    });
  });

  it('a company made from one has the same tables, triggers and defaults as one made by script, and as the migrations make', async () => {
    const ready = await filled();
    const fromWarm = await platform.givenTenant('fromwarm');
    expect(fromWarm.dbName).toMatch(/^finvera_fromwarm_\d{13}$/);
    const [used] = ready;
    expect(await platform.sql('SHOW DATABASES LIKE ?', [used!.db_name])).toEqual([]);
    const queued = await platform.admin.post('/api/admin/tenants', body('byscript'), {
      headers: { prefer: 'respond-async' },
    });
    const { id } = queued.body.data.tenant;
    const byScript = await until(async () => {
      const { tenant } = (await platform.admin.get(`/api/admin/tenants/${id}`)).body.data;
      return tenant.status === 'active' && tenant;
    }, 'the queued company is ready');
    const shape = await shapeOf(fromWarm.dbName);
    expect(shape).toEqual(await shapeOf(byScript.db_name));
    expect(Object.keys(shape).length).toBeGreaterThan(20);

    const migrated = `test_migrated_${randomBytes(4).toString('hex')}`;
    const { user: username, ...server } = testDatabase();
    await platform.sql('CREATE DATABASE ?? CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci', [migrated]);
    const dataSource = await new DataSource({
      type: 'mysql',
      ...server,
      username,
      database: migrated,
      migrations: [...tenantSchema.migrations],
    }).initialize();
    await dataSource.runMigrations({ transaction: 'none' });
    await dataSource.destroy();
    const structure = (whole: Record<string, unknown>) =>
      Object.fromEntries(
        Object.entries(whole)
          .filter(([name]) => /^(table|trigger|migrations)/.test(name))
          .map(([name, part]) => [
            name,
            typeof part === 'object' && 'sql_mode' in part! ? { ...part, sql_mode: '' } : part,
          ]),
      );
    expect(structure(shape)).toEqual(structure(await shapeOf(migrated)));
    await platform.sql('DROP DATABASE ??', [migrated]);
  });

  it('keeps books like any other: a voucher that balances is posted, one that does not is refused by its triggers', async () => {
    await filled();
    const company = await platform.givenTenant();
    await company.user.post('/api/ledgers', { name: 'Sales', group: 'Sales Accounts' });
    const posted = await company.user.post('/api/vouchers', {
      voucher_type: 'Receipt',
      date: new Date().toISOString().slice(0, 10),
      entries: [
        { ledger: 'Cash', debit: '10.00' },
        { ledger: 'Sales', credit: '10.00' },
      ],
    });
    expect([posted.status, posted.text]).toEqual([201, expect.anything()]);
    await expect(platform.sql('DELETE FROM entries', [], company.dbName)).rejects.toThrow(/voucher_posted/);
  });

  it('are made anew when they are taken, are no companies, and those of an older schema are replaced', async () => {
    const before = await filled();
    const { body: list } = await platform.admin.get('/api/admin/tenants');
    const { body: one } = await platform.admin.post('/api/admin/tenants', body('another'));
    const { body: after } = await platform.admin.get('/api/admin/tenants');
    expect(after.meta.total).toBe(list.meta.total + 1);
    expect(one.data.tenant.db_name).toMatch(/^finvera_another_/);
    await filled();
    await platform.sql("UPDATE warm_databases SET schema_version = '1700000000000'");
    const replaced = await until(async () => {
      const found = await warm();
      return found.length === READY && found.every((row) => row.schema_version !== '1700000000000') && found;
    }, 'outdated ones are replaced');
    for (const { db_name } of before) expect(replaced.map((row) => row.db_name)).not.toContain(db_name);
  });

  it('of six creations at once each gets a database of its own, ready or not', async () => {
    await filled();
    const answers = await Promise.all(
      ['a', 'b', 'c', 'd', 'e', 'f'].map((letter) => platform.admin.post('/api/admin/tenants', body(`six-${letter}`))),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(6).fill(201));
    expect(new Set(answers.map(({ body: { data } }) => data.tenant.db_name)).size).toBe(6);
  });

  it.each([15, 60, 120])('an API killed %i ms after a creation began leaves neither one', async (moment) => {
    await filled();
    const subdomain = `killed${moment}`;
    const creation = platform.admin.post('/api/admin/tenants', body(subdomain)).catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, moment));
    await platform.apis[0]!.kill();
    await creation;
    platform.startApi();
    await platform.untilReady();
    await until(async () => {
      const open = await platform.sql("SELECT id FROM tenant_operations WHERE status IN ('running','undoing')");
      return open.length === 0;
    }, 'the operation is finished or undone');
    await filled();
    const known = new Set((await warm()).map(({ db_name }) => db_name));
    const rows = await platform.sql<{ db_name: string; status: string }>('SELECT db_name, status FROM tenant_master');
    expect(rows.filter(({ status }) => status !== 'active')).toEqual([]);
    for (const { db_name } of rows) known.add(db_name);
    const databases = await platform.sql<Record<string, string>>(
      `SELECT schema_name AS name FROM information_schema.schemata WHERE schema_name LIKE 'finvera\\_killed%' OR schema_name LIKE 'warm\\_finvera%'`,
    );
    for (const { name } of databases) expect(known).toContain(name);
  });

  it('none are kept when the setting says 0', async () => {
    await platform.worker!.stop();
    platform.env.WARM_DATABASES_PER_SERVER = '0';
    platform.startWorker();
    await until(async () => (await warm()).length === 0, 'they are dropped');
    expect((await platform.admin.post('/api/admin/tenants', body('still-made'))).body.data.tenant.db_provisioned).toBe(
      true,
    );
  });
});
