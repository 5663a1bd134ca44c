import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type GivenTenant, givenPlatform, type Platform } from './support/platform.js';
import { until } from './support/process.js';

async function ended(platform: Platform, id: string) {
  return until(async () => {
    const { operation } = (await platform.admin.get(`/api/admin/operations/${id}`)).body.data;
    return !['queued', 'running', 'undoing'].includes(operation.status) && operation;
  }, `operation ${id} ends`);
}

/** Its end as it should be, or why it was not so. */
async function succeeded(platform: Platform, id: string): Promise<void> {
  const operation = await ended(platform, id);
  if (operation.status !== 'succeeded')
    throw new Error(`${JSON.stringify(operation)}\n${platform.worker!.output.slice(-3_000)}`);
}

/** Calls a route that starts an operation, and waits for its end. */
async function operate(platform: Platform, tenant: GivenTenant, action: string) {
  const started = await platform.admin.post(`/api/admin/tenants/${tenant.id}/${action}`);
  expect([started.status, started.text]).toEqual([202, expect.any(String)]);
  await succeeded(platform, started.body.data.operation.id);
}

const databases = async (platform: Platform, like: string) =>
  (await platform.sql<Record<string, string>>(`SHOW DATABASES LIKE '${like}'`)).map((row) => Object.values(row)[0]!);

const users = async (platform: Platform, tenant: GivenTenant) =>
  platform.sql('SELECT user FROM mysql.user WHERE user LIKE ?', [`%${tenant.id.replaceAll('-', '').slice(-20)}%`]);

const tenantOf = async (platform: Platform, { id }: GivenTenant) =>
  (await platform.admin.get(`/api/admin/tenants/${id}`)).body.data.tenant;

async function keepBooks({ user }: GivenTenant): Promise<void> {
  await user.post('/api/ledgers', { name: 'Sales', group: 'Sales Accounts' });
  const posted = await user.post('/api/vouchers', {
    voucher_type: 'Receipt',
    date: '2026-04-01',
    narration: 'first sale; "quoted" \\ and\nbroken ₹ 🙂',
    entries: [
      { ledger: 'Cash', debit: '1180.00' },
      { ledger: 'Sales', credit: '1180.00' },
    ],
  });
  expect(posted.status).toBe(201);
}

const trialBalance = async ({ user }: GivenTenant) =>
  (await user.get('/api/reports/trial-balance?as_of=2027-03-31')).body.data?.trial_balance;

describe.each([['true'], ['false']])('archiving with USE_SEPARATE_DB_USERS=%s', (separate) => {
  let platform: Platform;
  let acme: GivenTenant;
  let before: unknown;

  beforeAll(async () => {
    platform = await givenPlatform({ env: { USE_SEPARATE_DB_USERS: separate } });
    acme = await platform.givenTenant();
    await keepBooks(acme);
    before = await trialBalance(acme);
  });

  it('closes the company, and leaves a proved backup instead of database, user and grants', async () => {
    await operate(platform, acme, 'archive');
    expect(await tenantOf(platform, acme)).toMatchObject({ status: 'archived', db_provisioned: false });
    expect(await acme.user.get('/api/ledgers')).toMatchObject({ status: 403, body: { code: 'tenant_archived' } });
    expect(await databases(platform, acme.dbName.replaceAll('_', '\\_'))).toEqual([]);
    expect(await users(platform, acme)).toEqual([]);
    const [backup] = await platform.sql<{ id: string; status: string; sha256: string; data_key: string }>(
      'SELECT * FROM backups WHERE tenant_id = ?',
      [acme.id],
    );
    expect(backup).toMatchObject({ status: 'verified', keep_until: null, db_name: acme.dbName });
    expect(await databases(platform, `finvera\\_trial\\_${backup!.id.replaceAll('-', '')}`)).toEqual([]);
    const files = readdirSync(join(platform.env.ARCHIVE_DIR!, acme.id)).sort();
    expect(files).toEqual([`${backup!.id}.json`, `${backup!.id}.sql.zst.sealed`]);
    const manifest = JSON.parse(readFileSync(join(platform.env.ARCHIVE_DIR!, acme.id, files[0]!), 'utf8'));
    expect(manifest).toMatchObject({ tenant: { id: acme.id }, file: { sha256: backup!.sha256 } });
    expect(manifest.contents.tables.find(({ name }: { name: string }) => name === 'vouchers')).toMatchObject({
      rows: 1,
    });
  });

  it('refuses what an archived company cannot have, with nothing changed', async () => {
    const refused = (action: string) => platform.admin.post(`/api/admin/tenants/${acme.id}/${action}`);
    expect(await refused('archive')).toMatchObject({ status: 409, body: { code: 'tenant_archived' } });
    expect(await refused('suspend')).toMatchObject({ status: 409, body: { code: 'tenant_status' } });
    const health = await platform.admin.get(`/api/admin/tenants/${acme.id}/health`);
    expect(health.body).toMatchObject({ database_accessible: false, connection_pool_status: 'unavailable' });
  });

  it('brings it back with the same books, in a database of a new name, triggers and all', async () => {
    await operate(platform, acme, 'unarchive');
    const tenant = await tenantOf(platform, acme);
    expect(tenant).toMatchObject({ status: 'active', db_provisioned: true });
    expect(tenant.db_name).toMatch(new RegExp(`^finvera_${acme.subdomain}_\\d+$`));
    expect(tenant.db_name).not.toBe(acme.dbName);
    expect(await trialBalance(acme)).toEqual(before);
    expect(await users(platform, acme)).toHaveLength(separate === 'true' ? 1 : 0);
    await expect(platform.sql("UPDATE edit_log SET action = 'x'", [], tenant.db_name)).rejects.toThrow(/edit log/); // the database's own guard came back
    const [{ days }] = (await platform.sql<{ days: number }>(
      'SELECT TIMESTAMPDIFF(HOUR, UTC_TIMESTAMP(), keep_until) / 24 AS days FROM backups WHERE tenant_id = ?',
      [acme.id],
    )) as [{ days: number }];
    expect(Number(days)).toBeCloseTo(90, 0);
    expect(await platform.admin.post(`/api/admin/tenants/${acme.id}/unarchive`)).toMatchObject({
      status: 409,
      body: { code: 'tenant_not_archived' },
    });
  });

  it('tells what is kept of a company, and until when', async () => {
    const { body } = await platform.admin.get(`/api/admin/tenants/${acme.id}/backups`);
    expect(body.meta).toMatchObject({ total: 1 });
    const [backup] = body.data.backups;
    expect(backup).toMatchObject({ kind: 'archive', status: 'verified', db_name: acme.dbName, removed_at: null });
    expect(backup.rows).toBeGreaterThan(30);
    expect(JSON.stringify(backup)).not.toContain('key');
    expect((await platform.admin.get(`/api/admin/backups/${backup.id}`)).body.data.backup).toEqual(backup);
    expect(await platform.admin.get('/api/admin/backups/none')).toMatchObject({
      status: 404,
      body: { code: 'backup_not_found' },
    });
  });
});

describe('what ends', () => {
  let platform: Platform;

  beforeAll(async () => {
    platform = await givenPlatform({ env: { USE_SEPARATE_DB_USERS: 'true' } });
  });

  const backupsOf = (tenant: GivenTenant) =>
    platform.sql<{
      id: string;
      kind: string;
      status: string;
      sha256: string;
      data_key: string | null;
      keep_until: string;
    }>('SELECT * FROM backups WHERE tenant_id = ?', [tenant.id]);

  const filesOf = ({ id }: GivenTenant) => {
    const path = join(platform.env.ARCHIVE_DIR!, id);
    return existsSync(path) ? readdirSync(path) : [];
  };

  const purge = async (tenant: GivenTenant) => {
    const { status, body } = await platform.admin.delete(`/api/admin/tenants/${tenant.id}?purge=true`, {
      confirm: 'DELETE',
      company_name: `Company ${tenant.subdomain}`,
    });
    expect(status).toBe(202);
    return ended(platform, body.data.operation.id);
  };

  it('a purged company leaves a proved last backup and a certificate that says what was erased', async () => {
    const gone = await platform.givenTenant();
    await keepBooks(gone);
    expect(await purge(gone)).toMatchObject({ status: 'succeeded' });
    expect(await databases(platform, gone.dbName.replaceAll('_', '\\_'))).toEqual([]);
    expect(await users(platform, gone)).toEqual([]);
    const [backup] = await backupsOf(gone);
    expect(backup).toMatchObject({ kind: 'last', status: 'verified' });
    const { body } = await platform.admin.get(`/api/admin/audit-log?tenant_id=${gone.id}&action=tenant.erased`);
    expect(body.data.entries[0].after_state).toMatchObject({
      status: 'deleted',
      db_name: gone.dbName,
      database_dropped: true,
      grants_dropped: true,
      user_dropped: expect.stringMatching(/^fv_/),
      tables: expect.any(Number),
      rows: expect.any(Number),
      last_backup: { id: backup!.id, sha256: backup!.sha256, kept_until: expect.stringMatching(/^20\d\d-/) },
    });
    const [operation] = await platform.sql<{ input: string }>(
      "SELECT input FROM tenant_operations WHERE tenant_id = ? AND kind = 'create_tenant'",
      [gone.id],
    );
    expect(JSON.stringify(operation!.input)).not.toMatch(/password|answer/);
    await platform.givenTenant(gone.subdomain); // the name is free
  });

  it('a backup whose time is over goes: file, manifest and key, noted in the audit log', async () => {
    const [tenant] = platform.tenants;
    await platform.sql(
      'UPDATE backups SET keep_until = DATE_SUB(UTC_TIMESTAMP(), INTERVAL 1 SECOND) WHERE tenant_id = ?',
      [tenant!.id],
    );
    await platform.sql(
      "INSERT INTO idempotency_keys (idempotency_key, route, body_hash, created_at) VALUES ('old', 'r', '', DATE_SUB(NOW(), INTERVAL 73 HOUR)), ('new', 'r', '', NOW())",
    );
    expect(filesOf(tenant!)).toHaveLength(2);
    expect(JSON.parse(await platform.cli('retention', '--json'))).toEqual([
      {
        backups: 1,
        previous_databases: 0,
        idempotency_keys: 1,
        operations: 0,
        schedule_runs: 0,
        storage_history: 0,
        webhook_deliveries: 0,
        audit_entries: 0,
      },
    ]);
    expect(filesOf(tenant!)).toEqual([]);
    expect((await backupsOf(tenant!))[0]).toMatchObject({ status: 'removed', data_key: null });
    expect(await platform.sql('SELECT idempotency_key FROM idempotency_keys')).toEqual([{ idempotency_key: 'new' }]);
    const { body } = await platform.admin.get(`/api/admin/audit-log?tenant_id=${tenant!.id}&action=backup.removed`);
    expect(body.data.entries).toHaveLength(1);
    expect(JSON.parse(await platform.cli('retention', '--json'))).toEqual([
      {
        backups: 0,
        previous_databases: 0,
        idempotency_keys: 0,
        operations: 0,
        schedule_runs: 0,
        storage_history: 0,
        webhook_deliveries: 0,
        audit_entries: 0,
      },
    ]);
  });

  it('what cannot be backed up is not dropped: the company is as it was', async () => {
    const kept = await platform.givenTenant();
    await keepBooks(kept);
    writeFileSync(join(platform.env.ARCHIVE_DIR!, kept.id), 'in the way');
    const started = await platform.admin.post(`/api/admin/tenants/${kept.id}/archive`);
    const error = { code: 'backup_storage_unavailable' };
    expect(await ended(platform, started.body.data.operation.id)).toMatchObject({ status: 'undone', error });
    expect(await purge(kept)).toMatchObject({ status: 'undone', error });
    expect(await tenantOf(platform, kept)).toMatchObject({ status: 'active', db_provisioned: true });
    expect(await backupsOf(kept)).toEqual([]);
    expect(await until(() => trialBalance(kept), 'it is open again')).toMatchObject({ totals: { debit: '1180.00' } });
    rmSync(join(platform.env.ARCHIVE_DIR!, kept.id));
  });

  it('an archive that was damaged is refused and the company stays archived; mended, it comes back', async () => {
    const hurt = await platform.givenTenant();
    await keepBooks(hurt);
    const before = await trialBalance(hurt);
    await operate(platform, hurt, 'archive');
    const path = join(platform.env.ARCHIVE_DIR!, hurt.id, filesOf(hurt).find((file) => file.endsWith('.sealed'))!);
    const whole = readFileSync(path);
    const flipped = Buffer.from(whole);
    flipped[whole.length - 100]! ^= 1;
    for (const broken of [flipped, whole.subarray(0, -1)]) {
      writeFileSync(path, broken);
      const started = await platform.admin.post(`/api/admin/tenants/${hurt.id}/unarchive`);
      const operation = await ended(platform, started.body.data.operation.id);
      expect(operation).toMatchObject({ status: 'undone', error: { code: 'backup_damaged' } });
    }
    expect(await tenantOf(platform, hurt)).toMatchObject({ status: 'archived', db_name: hurt.dbName });
    expect(await databases(platform, `finvera\\_${hurt.subdomain}\\_%`)).toEqual([]);
    writeFileSync(path, whole);
    await operate(platform, hurt, 'unarchive');
    expect(await trialBalance(hurt)).toEqual(before);
  });

  it('a suspended company comes back suspended', async () => {
    const other = await platform.givenTenant();
    await platform.admin.post(`/api/admin/tenants/${other.id}/suspend`, { reason: 'Non-payment' });
    await operate(platform, other, 'archive');
    await operate(platform, other, 'unarchive');
    expect(await tenantOf(platform, other)).toMatchObject({ status: 'suspended', suspended_reason: 'Non-payment' });
  });

  it('an archived company can be deleted, undeleted to the archive, and purged: its archive is the last backup', async () => {
    const old = await platform.givenTenant();
    await operate(platform, old, 'archive');
    const deleted = await platform.admin.delete(`/api/admin/tenants/${old.id}`, { confirm: 'DELETE' });
    await succeeded(platform, deleted.body.data.operation.id);
    await operate(platform, old, 'undelete');
    expect(await tenantOf(platform, old)).toMatchObject({ status: 'archived' });
    expect(await purge(old)).toMatchObject({ status: 'succeeded' });
    expect(await backupsOf(old)).toMatchObject([{ kind: 'archive', keep_until: expect.any(String) }]);
    const { body } = await platform.admin.get(`/api/admin/audit-log?tenant_id=${old.id}&action=tenant.erased`);
    expect(body.data.entries[0].after_state.last_backup.kept_until).toMatch(/^20/);
  });

  it('inactive companies are listed first, and archived when told', async () => {
    const [asleep, awake] = [await platform.givenTenant(), await platform.givenTenant()];
    for (const { user } of [asleep, awake]) await user.get('/api/ledgers');
    const today = new Date().toISOString().slice(0, 10);
    await until(
      async () => (await platform.sql('SELECT * FROM tenant_activity WHERE tenant_id = ?', [awake.id]))[0],
      'the day is noted',
    );
    await platform.sql(
      'UPDATE tenant_activity SET last_active_on = DATE_SUB(UTC_DATE(), INTERVAL 91 DAY) WHERE tenant_id = ?',
      [asleep.id],
    );
    const list = async (...options: string[]) =>
      JSON.parse((await run('archive-inactive', '--json', ...options)).printed) as { id: string; outcome: string }[];
    const run = async (...args: string[]) => {
      const command = platform.startCli(...args);
      return Object.assign(command, { code: (await command.ended).code });
    };
    const off = await run('archive-inactive');
    expect([off.code, off.output]).toEqual([1, expect.stringContaining('ARCHIVE_INACTIVE_AFTER_DAYS')]);
    expect((await list('--days', '90', '--dry-run')).map(({ id, outcome }) => [id, outcome])).toEqual([
      [asleep.id, 'would be archived'],
    ]);
    expect(await list('--days', '91', '--dry-run')).toEqual([]);
    expect(await tenantOf(platform, asleep)).toMatchObject({ status: 'active' });
    const [started] = await list('--days', '90');
    await succeeded(platform, started!.outcome.replace('archiving: operation ', ''));
    expect(await tenantOf(platform, asleep)).toMatchObject({ status: 'archived' });
    const back = await run('tenants', 'unarchive', asleep.subdomain, '--json');
    expect([back.code, JSON.parse(back.printed)[0].status]).toEqual([0, 'succeeded']);
    const [activity] = await platform.sql<{ last_active_on: string }>(
      'SELECT last_active_on FROM tenant_activity WHERE tenant_id = ?',
      [asleep.id],
    );
    expect(activity!.last_active_on).toBe(today); // or the next round would archive it again
  });
});
