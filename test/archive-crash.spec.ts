import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startMariadb } from '../scripts/lib/mariadb.mjs';
import { type GivenTenant, givenPlatform, type Platform } from './support/platform.js';
import { until } from './support/process.js';

/**
 * SIGKILL in the steps of archiving, unarchiving and purging: afterwards the operation has been finished, the books are
 * there or are gone as they should be, and the census of databases, users, rights and files finds nothing.
 * `npm run crash:archives` goes through every step, `npm test` through those where most can go wrong.
 */
const STEPS = {
  archive: ['close', 'fence', 'backup', 'verify', 'drop_database', 'drop_user', 'note'],
  unarchive: ['place', 'restore', 'migrate', 'create_user', 'open'],
  purge: ['close', 'fence', 'last_backup', 'verify', 'measure', 'drop_database', 'drop_user', 'certify'],
} as const;
type Action = keyof typeof STEPS;
const CHOSEN: [Action, string, 'worker' | 'MariaDB'][] = process.env.CRASH_EVERY_STEP
  ? (Object.keys(STEPS) as Action[]).flatMap((action) =>
      STEPS[action].flatMap((step) => [[action, step, 'worker'] as never, [action, step, 'MariaDB'] as never]),
    )
  : [
      ['archive', 'verify', 'worker'],
      ['archive', 'drop_database', 'worker'],
      ['unarchive', 'open', 'worker'],
      ['unarchive', 'restore', 'MariaDB'],
      ['purge', 'last_backup', 'worker'],
      ['purge', 'drop_database', 'worker'],
    ];

let folder: string;
let mariadb: Awaited<ReturnType<typeof startMariadb>>;
let platform: Platform;
const hits: string[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'finvera-archive-crash-'));
  mariadb = await startMariadb({ dir: folder, fast: false });
  platform = await givenPlatform({
    database: mariadb,
    env: { USE_SEPARATE_DB_USERS: 'true', RECONCILE_EVERY_MS: '100' },
  });
}, 60_000);

afterAll(async () => {
  process.stdout.write(`\naction, victim: killed at → how it ended\n${hits.map((hit) => `  ${hit}`).join('\n')}\n\n`);
  await platform.stop();
  await mariadb.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function withBooks(): Promise<GivenTenant> {
  const tenant = await platform.givenTenant();
  await tenant.user.post('/api/ledgers', { name: 'Sales', group: 'Sales Accounts' });
  const entries = [
    { ledger: 'Cash', debit: '77.00' },
    { ledger: 'Sales', credit: '77.00' },
  ];
  const posted = await tenant.user.post('/api/vouchers', { voucher_type: 'Receipt', date: '2026-04-01', entries });
  expect(posted.status).toBe(201);
  return tenant;
}

async function start(action: Action, tenant: GivenTenant): Promise<string> {
  const { status, body, text } =
    action === 'purge'
      ? await platform.admin.delete(`/api/admin/tenants/${tenant.id}?purge=true`, {
          confirm: 'DELETE',
          company_name: `Company ${tenant.subdomain}`,
        })
      : await platform.admin.post(`/api/admin/tenants/${tenant.id}/${action}`);
  expect([status, text]).toEqual([202, expect.any(String)]);
  return body.data.operation.id;
}

/** The operation when it has ended; while the database is away nobody knows. */
const endOf = (id: string) =>
  until(
    async () => {
      const { operation } =
        (await platform.admin.get(`/api/admin/operations/${id}`).catch(() => undefined))?.body?.data ?? {};
      return operation && !['queued', 'running', 'undoing'].includes(operation.status) && operation;
    },
    `operation ${id} ends\n${platform.worker!.output.slice(-2_000)}`,
    40_000,
  );

/** Looks without a pause until the operation stands at the step or beyond it. @returns where it stands */
async function untilStep(action: Action, id: string, wanted: string): Promise<string> {
  const order: readonly string[] = STEPS[action];
  const connection = await platform.connect();
  try {
    for (;;) {
      const [[row]] = (await connection.query('SELECT status, step FROM tenant_operations WHERE id = ?', [
        id,
      ])) as never as [[{ status: string; step: string | null }]];
      if (row.step !== null && order.indexOf(row.step) >= order.indexOf(wanted)) return `${row.status} ${row.step}`;
    }
  } finally {
    connection.destroy();
  }
}

async function killDuring(action: Action, wanted: string, victim: 'worker' | 'MariaDB', id: string): Promise<void> {
  const at = await untilStep(action, id, wanted);
  if (victim === 'worker') {
    await platform.worker!.kill();
    platform.startWorker();
  } else {
    mariadb.kill();
    mariadb = await startMariadb({ dir: folder, port: mariadb.port, fast: false });
    await platform.untilReady();
  }
  const { status } = await endOf(id);
  hits.push(`${action}, ${victim}: ${at} → ${status}`);
}

async function census() {
  const { body } = await platform.admin.get('/api/admin/census');
  return body.data.census;
}

const cash = async (tenant: GivenTenant) =>
  (await tenant.user.get('/api/reports/trial-balance?as_of=2027-03-31')).body.data?.trial_balance.totals.debit;

const statusOf = async ({ id }: GivenTenant) =>
  (await platform.admin.get(`/api/admin/tenants/${id}`)).body.data.tenant.status;

describe('killed in the midst of it', () => {
  it.each(CHOSEN)('%s at %s: the %s', async (action, step, victim) => {
    const tenant = await withBooks();
    if (action === 'unarchive')
      expect(await endOf(await start('archive', tenant))).toMatchObject({ status: 'succeeded' });
    await killDuring(action, step, victim, await start(action, tenant));
    expect((await census()).findings).toEqual([]);
    // what was undone can be done again; what went on is done
    const done = { archive: 'archived', unarchive: 'active', purge: 'deleted' }[action];
    if ((await statusOf(tenant)) !== done)
      expect(await endOf(await start(action, tenant))).toMatchObject({ status: 'succeeded' });
    expect(await statusOf(tenant)).toBe(done);
    expect((await census()).findings).toEqual([]);
    if (action === 'archive')
      expect(await endOf(await start('unarchive', tenant))).toMatchObject({ status: 'succeeded' });
    if (action !== 'purge') expect(await cash(tenant)).toBe('77.00');
  });
});

describe('the census', () => {
  it('reports what no record explains and what is missing, drops nothing, and says so in its exit code', async () => {
    expect(await census()).toMatchObject({ clean: true, findings: [], left_off: 0 });
    const clean = platform.startCli('census', '--json');
    expect([(await clean.ended).code, JSON.parse(clean.printed).clean]).toEqual([0, true]);
    const [tenant, robbed] = [await withBooks(), await withBooks()];
    const [{ db_user: user }] = (await platform.sql('SELECT db_user FROM tenant_master WHERE id = ?', [robbed.id])) as [
      { db_user: string },
    ];
    const stray = join(platform.env.ARCHIVE_DIR!, 'nobody');
    await platform.sql('CREATE DATABASE finvera_stray_1');
    await platform.sql("CREATE USER fv_stray@'%' IDENTIFIED BY 'x'");
    await platform.sql(`GRANT SELECT ON \`${tenant.dbName.replaceAll('_', '\\_')}\`.* TO '${user}'@'%'`);
    await platform.sql(`DROP DATABASE ${robbed.dbName}`);
    mkdirSync(stray, { recursive: true });
    writeFileSync(join(stray, 'x.sql'), '');
    const expected = [
      ['database_missing', robbed.dbName, robbed.id],
      ['database_without_record', 'finvera_stray_1', null],
      ['file_without_record', 'nobody/x.sql', null],
      ['grant_without_record', `${user} on ${tenant.dbName}`, null],
      ['user_without_record', 'fv_stray', null],
    ];
    const { findings } = await census();
    const told = findings.map(({ kind, name, tenant_id }: Record<string, string>) => [kind, name, tenant_id]).sort();
    expect(told).toEqual(expected);
    const command = platform.startCli('census');
    expect([(await command.ended).code, command.output]).toEqual([2, expect.stringContaining('5 findings')]);
    for (const [, name] of expected.slice(1, 2))
      expect(await platform.sql(`SHOW DATABASES LIKE '${name}'`)).toHaveLength(1);
    await platform.sql('DROP DATABASE finvera_stray_1');
    await platform.sql("DROP USER fv_stray@'%'");
    rmSync(stray, { recursive: true });
  });
});
