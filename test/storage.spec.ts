import { Caller, call } from './support/http.js';
import { type GivenTenant, givenPlatform, type Platform } from './support/platform.js';
import { until } from './support/process.js';

/** A change is seen on every process within this. */
const SEEN_MS = 1_000;
const LIMIT_MB = 12;
const BULK_LIMIT_MB = 80;

let platform: Platform;

beforeAll(async () => {
  platform = await givenPlatform({ apis: 2, env: { STORAGE_MEASURE_AFTER_MB: '1' } });
  // a tiny plan, so that it is soon full
  await platform.sql("UPDATE plans SET storage_limit_mb = ? WHERE code = 'trial'", [LIMIT_MB]);
  await platform.sql("UPDATE plans SET storage_limit_mb = ? WHERE code = 'basic'", [BULK_LIMIT_MB]);
}, 120_000);

async function onTinyPlan(plan = 'trial'): Promise<GivenTenant> {
  const tenant = await platform.givenTenant();
  await choosePlan(tenant, plan);
  return tenant;
}

const choosePlan = async ({ id }: GivenTenant, plan: string) => {
  const { status, body } = await platform.admin.put(`/api/admin/tenants/${id}`, { subscription_plan: plan });
  expect(status).toBe(200);
  return body.data.tenant;
};

const tenantOf = async ({ id }: GivenTenant) => (await platform.admin.get(`/api/admin/tenants/${id}`)).body.data.tenant;

const measure = async ({ id }: GivenTenant) => {
  const { status, body } = await platform.admin.post(`/api/admin/tenants/${id}/storage/measure`);
  expect(status).toBe(200);
  return body.data.storage;
};

/** Actions of the audit log that have to do with storage, oldest first. */
const entries = async ({ id }: GivenTenant): Promise<{ action: string; after_state: Record<string, unknown> }[]> => {
  const { body } = await platform.admin.get(`/api/admin/audit-log?tenant_id=${id}&limit=100`);
  return body.data.entries
    .filter(({ action }: { action: string }) => /^(storage\.|tenant\.(suspended|reactivated|read_only))/.test(action))
    .reverse();
};
const actions = async (tenant: GivenTenant) => (await entries(tenant)).map(({ action }) => action);

async function untilEverywhere(
  tenant: GivenTenant,
  send: (user: Caller) => Promise<{ status: number; body: { code?: string } }>,
  expected: unknown,
) {
  for (const port of platform.ports)
    await until(
      async () => {
        const { status, body } = await send(new Caller(port, tenant.user.token));
        return JSON.stringify([status, body?.code ?? null]) === JSON.stringify(expected);
      },
      `process ${port} answers ${JSON.stringify(expected)}`,
      SEEN_MS,
    );
}
const read = (user: Caller) => user.get('/api/ledgers');
const write = (user: Caller) => user.post('/api/ledgers', { name: `L ${Math.random()}`, group: 'Capital Account' });

/** Megabytes of a table in the company's database that is nobody's: what an operator can clean up. */
async function fill({ dbName }: GivenTenant, megabytes: number): Promise<void> {
  await platform.sql(
    'CREATE TABLE IF NOT EXISTS scrap (id INT AUTO_INCREMENT PRIMARY KEY, content LONGBLOB NOT NULL)',
    [],
    dbName,
  );
  await platform.sql(
    `INSERT INTO scrap (content) SELECT REPEAT('x', 1048576) FROM (${Array(megabytes).fill('SELECT 1 AS x').join(' UNION ALL ')}) m`,
    [],
    dbName,
  );
}
const cleanUp = ({ dbName }: GivenTenant) => platform.sql('DROP TABLE scrap', [], dbName);

const metric = async (name: string) => {
  const { text } = await call(platform.port, '/metrics');
  return text
    .split('\n')
    .find((line) => line.startsWith(name))
    ?.split(' ')
    .at(-1);
};

describe('bulk posting', () => {
  it('is noticed without waiting for the hour: an alert once at 80 %, suspension at 100 %, back with a larger plan', async () => {
    const acme = await onTinyPlan('basic');
    await fill(acme, 42); // more than half of it, so that not all has to be posted
    await acme.user.post('/api/ledgers', { name: 'Sales', group: 'Sales Accounts' });
    const vouchers = Array.from({ length: 400 }, (_, index) => ({
      voucher_type: 'Receipt',
      date: '2026-04-01',
      narration: `${index} ${'bought and sold '.repeat(55)}`,
      entries: [
        { ledger: 'Cash', debit: '1.00' },
        { ledger: 'Sales', credit: '1.00' },
      ],
    }));
    let posted = 0;
    const storage = async () => (await platform.admin.get(`/api/admin/tenants/${acme.id}/storage`)).body.data.storage;
    /** Posts a megabyte and more at a time, and waits until the platform has noticed by itself. */
    const postUntil = async (level: string) => {
      for (;;) {
        const { measured_at: before } = await storage();
        for (let batch = 0; batch < 3; batch += 1) {
          const { status } = await acme.user.post('/api/vouchers/bulk', { vouchers });
          expect(status).toBe(201);
          posted += vouchers.length;
        }
        await until(
          async () => {
            const { measured_at, used_percent, level: now } = await storage();
            return (
              measured_at !== before &&
              now === (used_percent >= 100 ? 'full' : used_percent >= 80 ? 'near_limit' : 'normal')
            );
          },
          'it is measured, and what follows is drawn',
          15_000,
        );
        if ((await storage()).level === level) return tenantOf(acme);
        expect(posted).toBeLessThan(20_000);
      }
    };
    const near = await postUntil('near_limit');
    expect(near.status).toBe('active');
    expect(near.storage_used_mb).toBeGreaterThanOrEqual(BULK_LIMIT_MB * 0.8);
    for (let again = 0; again < 3; again += 1) await measure(acme);
    expect(await actions(acme)).toEqual(['storage.threshold_crossed']); // once
    const [crossed] = await entries(acme);
    expect(crossed!.after_state).toMatchObject({
      threshold_percent: 80,
      storage_limit_mb: BULK_LIMIT_MB,
      storage_level: 'near_limit',
    });
    expect(await metric('finvera_storage_tenants{level="near_limit"}')).toBe('1');

    const full = await postUntil('full');
    expect(full).toMatchObject({
      status: 'suspended',
      suspended_reason: expect.stringMatching(/^The storage limit is reached: [\d.]+ of 80 MB/),
    });
    await untilEverywhere(acme, read, [403, 'tenant_suspended']);
    expect(await measure(acme)).toMatchObject({ level: 'full', suspended_for_storage: true, limit_mb: BULK_LIMIT_MB });
    expect(await actions(acme)).toEqual(['storage.threshold_crossed', 'storage.limit_reached', 'tenant.suspended']);
    expect(await metric('finvera_storage_tenants{level="full"}')).toBe('1');

    expect(await choosePlan(acme, 'premium')).toMatchObject({
      status: 'active',
      storage_level: 'normal',
      suspended_reason: null,
    });
    await untilEverywhere(acme, write, [201, null]);
    expect((await actions(acme)).slice(3)).toEqual([
      'storage.limit_cleared',
      'storage.threshold_cleared',
      'tenant.reactivated',
    ]);
    const balance = await acme.user.get('/api/reports/trial-balance?as_of=2027-03-31');
    expect(balance.body.data.trial_balance.totals.debit).toBe(`${posted}.00`); // what was answered 201 is there
  }, 120_000);
});

describe('suspended at the limit', () => {
  it('a company cleaned up comes back by itself; one that somebody suspended as well, or opened by hand, is left alone', async () => {
    const [cleaned, blamed, favoured] = [await onTinyPlan(), await onTinyPlan(), await onTinyPlan()];
    for (const tenant of [cleaned, blamed, favoured]) await fill(tenant, LIMIT_MB);
    expect(JSON.parse(await platform.cli('update-storage-stats', '--json'))).toEqual([
      { tenants_measured: 4, limits_applied: 3, servers_not_measured: 0 },
    ]);
    for (const tenant of [cleaned, blamed, favoured]) await untilEverywhere(tenant, read, [403, 'tenant_suspended']);
    expect(await actions(cleaned)).toEqual(['storage.threshold_crossed', 'storage.limit_reached', 'tenant.suspended']);
    await platform.admin.post(`/api/admin/tenants/${blamed.id}/suspend`, { reason: 'Non-payment' });
    await platform.admin.post(`/api/admin/tenants/${favoured.id}/reactivate`, {});
    expect(await measure(favoured)).toMatchObject({ level: 'full', suspended_for_storage: false });
    await untilEverywhere(favoured, write, [201, null]);

    for (const tenant of [cleaned, blamed, favoured]) await cleanUp(tenant);
    await platform.cli('update-storage-stats');
    await untilEverywhere(cleaned, write, [201, null]);
    expect(await tenantOf(blamed)).toMatchObject({
      status: 'suspended',
      suspended_reason: 'Non-payment',
      storage_level: 'normal',
    });
    await fill(favoured, LIMIT_MB);
    expect(await measure(favoured)).toMatchObject({ suspended_for_storage: true }); // it crossed the limit anew
  });

  it('while an operation is at work on a company nothing is drawn; the next measurement does', async () => {
    const busy = await onTinyPlan();
    await fill(busy, LIMIT_MB);
    await platform.worker!.stop();
    const { body } = await platform.admin.post(`/api/admin/tenants/${busy.id}/archive`);
    await measure(busy);
    expect(await tenantOf(busy)).toMatchObject({ status: 'active', storage_level: 'normal' });
    const { id } = body.data.operation;
    await platform.admin.post(`/api/admin/operations/${id}/cancel`);
    platform.startWorker();
    await until(
      async () => (await platform.admin.get(`/api/admin/operations/${id}`)).body.data.operation.status === 'undone',
      'the operation has ended',
    );
    await measure(busy);
    expect(await tenantOf(busy)).toMatchObject({ status: 'suspended', storage_level: 'full' });
  });
});

describe('read-only at the limit', () => {
  it('reads go on and writes are refused, on every process within a second; admins of the platform may clean up', async () => {
    platform.env.STORAGE_LIMIT_ACTION = 'read_only';
    const acme = await onTinyPlan();
    await fill(acme, LIMIT_MB);
    await platform.cli('update-storage-stats');
    await untilEverywhere(acme, write, [403, 'tenant_read_only']);
    await untilEverywhere(acme, read, [200, null]);
    const refused = await write(acme.user);
    expect(refused.body.error).toMatch(/can only be read at the moment: The storage limit is reached: .* of 12 MB/);
    expect((await acme.user.delete('/api/ledgers/1')).status).toBe(403);
    const signedIn = await call(platform.port, '/api/auth/login', {
      method: 'POST',
      json: { subdomain: acme.subdomain, email: acme.email, password: acme.password },
    });
    expect(signedIn.status).toBe(200);
    const admin = await platform.admin.post(`/api/ledgers?tenant_id=${acme.id}`, {
      name: 'By support',
      group: 'Capital Account',
    });
    expect(admin.status).toBe(201);
    expect(await tenantOf(acme)).toMatchObject({
      status: 'active',
      read_only_reason: expect.stringContaining('12 MB'),
    });
    expect(await actions(acme)).toEqual([
      'storage.threshold_crossed',
      'storage.limit_reached',
      'tenant.read_only_began',
    ]);

    await cleanUp(acme);
    expect(await measure(acme)).toMatchObject({ level: 'normal', read_only_since: null });
    await untilEverywhere(acme, write, [201, null]);
    expect((await actions(acme)).at(-1)).toBe('tenant.read_only_ended');
  });
});

describe('history', () => {
  it('has a day’s last size and its peak, in pages; days beyond STORAGE_HISTORY_KEEP_DAYS go', async () => {
    const acme = await platform.givenTenant();
    await fill(acme, 5);
    const peak = (await measure(acme)).used_mb;
    await cleanUp(acme);
    const { used_mb: used } = await measure(acme);
    const today = new Date().toISOString().slice(0, 10);
    const history = async (query = '') =>
      (await platform.admin.get(`/api/admin/tenants/${acme.id}/storage/history${query}`)).body;
    expect(await history()).toMatchObject({
      data: { storage_history: [{ date: today, used_mb: used, limit_mb: 1_024 }] },
      meta: { page: 1, total: 1 },
    });
    const [day] = (await history()).data.storage_history;
    expect(day.peak_mb).toBeGreaterThanOrEqual(peak);
    expect(used).toBeLessThan(peak);
    for (const [date, days] of [['yesterday', 1], ['long ago', 401]] as const) // biome-ignore format: a list
      await platform.sql(
        `INSERT INTO storage_history SELECT tenant_id, DATE_SUB(measured_on, INTERVAL ? DAY), used_mb, peak_mb, limit_mb, measured_at
           FROM storage_history WHERE tenant_id = ? AND measured_on = ? AND ? <> ''`,
        [days, acme.id, today, date],
      );
    expect((await history('?limit=1&page=2')).meta).toMatchObject({ total: 3, page: 2, limit: 1 });
    expect((await history(`?from=${today}`)).data.storage_history).toHaveLength(1);
    expect(await history('?from=2026-02-30')).toMatchObject({
      code: 'validation_failed',
      details: [{ field: 'from' }],
    });
    expect(JSON.parse(await platform.cli('retention', '--json'))[0]).toMatchObject({ storage_history: 1 });
    const shown = JSON.parse(await platform.cli('tenants', 'storage', acme.subdomain, '--history', '--json'));
    expect(shown).toHaveLength(2);
    expect(JSON.parse(await platform.cli('tenants', 'storage', acme.subdomain, '--json'))[0]).toMatchObject({
      used_mb: used,
    });
    expect(await platform.admin.post('/api/admin/tenants/none/storage/measure')).toMatchObject({
      status: 404,
      body: { code: 'tenant_not_found' },
    });
  });
});
