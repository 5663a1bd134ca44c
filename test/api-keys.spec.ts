import { call } from './support/http.js';
import { type GivenTenant, givenPlatform, type Platform } from './support/platform.js';
import { until } from './support/process.js';

const keys = '/api/admin/api-keys';
const REVOKED_WITHIN_MS = 6_000;

describe('API keys', () => {
  let platform: Platform;
  let acme: GivenTenant;

  beforeAll(async () => {
    platform = await givenPlatform({ apis: 2, worker: false });
    acme = await platform.givenTenant();
  });

  async function givenKey(scopes: string[], more: object = {}) {
    const { status, body } = await platform.admin.post(keys, { name: 'the shop', scopes, ...more });
    expect(status).toBe(201);
    return body.data.api_key as { id: string; key: string; prefix: string; expires_at: string | null };
  }
  const as = (key: string, method: string, path: string, json?: object, port = platform.port) =>
    call(port, path, { method, token: key, json });

  it('do what an admin does, as far as their scopes go, and stand in the audit log', async () => {
    const { key, prefix, id } = await givenKey(['tenants:write', 'operations:read']);
    expect(key).toMatch(/^fvk_[0-9a-f]{8}_[A-Za-z0-9_-]{43}$/);
    expect((await as(key, 'GET', `/api/admin/tenants/${acme.id}`)).status).toBe(200);
    expect((await as(key, 'GET', '/api/admin/operations')).status).toBe(200);
    expect((await as(key, 'POST', `/api/admin/tenants/${acme.id}/suspend`, { reason: 'by program' })).status).toBe(200);
    expect((await as(key, 'POST', `/api/admin/tenants/${acme.id}/reactivate`)).status).toBe(200);
    for (const [method, path] of [
      ['POST', '/api/admin/operations/x/retry'],
      ['GET', '/api/admin/audit-log'],
      ['GET', keys],
      ['POST', keys],
    ] as const)
      expect(await as(key, method, path, method === 'POST' ? {} : undefined)).toMatchObject({
        status: 403,
        body: { code: 'api_key_scope' },
      });
    const actor = encodeURIComponent(`the shop (${prefix})`);
    const { body } = await platform.admin.get(`/api/admin/audit-log?actor=${actor}`);
    expect(body.data.entries.map(({ action }: { action: string }) => action)).toEqual([
      'tenant.reactivated',
      'tenant.suspended',
    ]);
    await until(async () => (await platform.admin.get(`${keys}/${id}`)).body.data.api_key.last_used_at, 'use noted');
  });

  it('of scope read read everything and write nothing; only * makes keys', async () => {
    const { key: reader } = await givenKey(['read']);
    expect((await as(reader, 'GET', '/api/admin/audit-log')).status).toBe(200);
    expect((await as(reader, 'PUT', `/api/admin/tenants/${acme.id}`, { phone: '1' })).status).toBe(403);
    const { key: all } = await givenKey(['*']);
    expect((await as(all, 'POST', keys, { name: 'another', scopes: ['read'] })).status).toBe(201);
    const refused = await platform.admin.post(keys, { name: 'x', scopes: ['api-keys:write'] });
    expect(refused).toMatchObject({ status: 400, body: { code: 'validation_failed' } });
  });

  it('open no company’s routes, also not by tenant_id', async () => {
    const { key } = await givenKey(['*']);
    for (const path of ['/api/ledgers', `/api/ledgers?tenant_id=${acme.id}`])
      expect((await call(platform.port, path, { token: key, host: acme.user.host })).status).toBe(403);
  });

  it('are shown once, and kept as a hash', async () => {
    const { key, id } = await givenKey(['read']);
    const [stored] = await platform.sql('SELECT * FROM api_keys WHERE id = ?', [id]);
    expect(JSON.stringify(stored)).not.toContain(key.slice(13));
    for (const path of [keys, `${keys}/${id}`, '/api/admin/audit-log'])
      expect((await platform.admin.get(path)).text).not.toContain(key.slice(13));
  });

  it('that are revoked end on every process within five seconds', async () => {
    const { key, id } = await givenKey(['read']);
    const statuses = () =>
      Promise.all(
        platform.ports.map(async (port) => (await as(key, 'GET', '/api/admin/plans', undefined, port)).status),
      );
    expect(await statuses()).toEqual([200, 200]);
    expect((await platform.admin.delete(`${keys}/${id}`)).status).toBe(200);
    await until(async () => (await statuses()).every((status) => status === 401), 'refused', REVOKED_WITHIN_MS);
    expect((await as(key, 'GET', '/api/admin/plans')).body.code).toBe('api_key_revoked');
    const again = await platform.admin.delete(`${keys}/${id}`);
    expect(again.body.data.api_key.revoked_by).toBe('admin@finvera.test');
    const { body } = await platform.admin.get(`/api/admin/audit-log?action=api_key.revoked&search=${id}`);
    expect(body.data.entries).toHaveLength(1);
  });

  it('expire: in a year unless something else was said', async () => {
    const { expires_at } = await givenKey(['read']);
    expect(Date.parse(expires_at!) - Date.now()).toBeGreaterThan(364 * 86_400_000);
    expect((await givenKey(['read'], { expires_at: null })).expires_at).toBeNull();
    const short = await givenKey(['read'], { expires_at: new Date(Date.now() + 1_500).toISOString() });
    expect((await as(short.key, 'GET', '/api/admin/plans')).status).toBe(200);
    await until(async () => (await as(short.key, 'GET', '/api/admin/plans')).body.code === 'api_key_expired', 'expired'); // biome-ignore format: one line
    const past = await platform.admin.post(keys, { name: 'x', scopes: ['read'], expires_at: '2020-01-01T00:00:00Z' });
    expect(past).toMatchObject({ status: 400, body: { details: [{ field: 'expires_at' }] } });
  });

  it.each([
    'fvk_', 'fvk_00000000_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA', 'fvk_%00', 'FVK_00000000_A',
  ])('%s is nobody', async (key) => {
    expect((await as(key, 'GET', '/api/admin/tenants')).status).toBe(401);
  }); // biome-ignore format: a list
});
