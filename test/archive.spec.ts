import { readdirSync, readFileSync } from 'node:fs';
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

  it('a suspended company comes back suspended', async () => {
    const other = await platform.givenTenant();
    await platform.admin.post(`/api/admin/tenants/${other.id}/suspend`, { reason: 'Non-payment' });
    await operate(platform, other, 'archive');
    await operate(platform, other, 'unarchive');
    expect(await tenantOf(platform, other)).toMatchObject({ status: 'suspended', suspended_reason: 'Non-payment' });
  });
});
