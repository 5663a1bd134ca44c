import { call } from './support/http.js';
import { type GivenTenant, givenPlatform, type Platform } from './support/platform.js';
import { until } from './support/process.js';

const REVOKED_WITHIN_MS = 6_000;

describe('API keys of a company', () => {
  let platform: Platform;
  let acme: GivenTenant;
  let other: GivenTenant;

  beforeAll(async () => {
    platform = await givenPlatform({ apis: 2, worker: false });
    [acme, other] = await Promise.all([platform.givenTenant(), platform.givenTenant()]);
  });
  afterAll(() => platform?.stop());

  const givenKey = async (permissions: string[], more: object = {}) => {
    const { status, body } = await acme.user.post('/api/api-keys', { name: 'the shop', permissions, ...more });
    expect(status).toBe(201);
    return body.data.api_key as { id: string; key: string; hint: string };
  };
  const as = (token: string, method: string, path: string, json?: object, more: object = {}) =>
    call(platform.port, path, { method, token, json, ...more });
  const sale = {
    voucher_type: 'Receipt',
    date: new Date().toISOString().slice(0, 10),
    entries: [
      { ledger: 'Cash', debit: '1.00' },
      { ledger: 'Profit & Loss A/c', credit: '1.00' },
    ],
  };

  it('name their company themselves, and do what they are for alone', async () => {
    const { key, hint, id } = await givenKey(['vouchers:post', 'vouchers:read']);
    const posted = await as(key, 'POST', '/api/vouchers', sale);
    expect(posted).toMatchObject({ status: 201, body: { data: { voucher: { created_by: `the shop (${hint})` } } } });
    for (const [method, path] of [
      ['GET', '/api/ledgers'],
      ['POST', '/api/api-keys'],
      ['GET', '/api/auth/me'],
      ['POST', '/api/auth/change-password'],
    ] as const)
      expect(await as(key, method, path, method === 'POST' ? {} : undefined)).toMatchObject({ status: 403 });
    expect(await as(key, 'GET', '/api/admin/tenants')).toMatchObject({ status: 401 });
    expect(await as(key, 'GET', '/api/vouchers', undefined, { host: `${other.subdomain}.localhost` })).toMatchObject({
      status: 403,
      body: { code: 'tenant_mismatch' },
    });
    const { body } = await acme.user.get(`/api/edit-log?object_id=${posted.body.data.voucher.id}`);
    expect(body.data.entries[0]).toMatchObject({ actor_id: `key:${id}`, actor_name: `the shop (${hint})` });
    const noted = async () => (await acme.user.get('/api/api-keys')).body.data.api_keys[0].last_used_at;
    await until(noted, 'use noted');
    expect(JSON.stringify((await acme.user.get('/api/api-keys')).body)).not.toContain(key.slice(-20));
  });

  it('do no more than who makes them', async () => {
    const { body } = await acme.user.post('/api/users', {
      email: 'a@a.example',
      name: 'A',
      role: 'accountant',
      password: 'correct horse',
    });
    expect(body.data.user.role).toBe('accountant');
    const { key } = await givenKey(['users:write', 'vouchers:read']);
    expect(await as(key, 'POST', '/api/api-keys', { name: 'x', permissions: ['periods:override'] })).toMatchObject({
      status: 403,
    });
    expect(await as(key, 'POST', '/api/api-keys', { name: 'x', permissions: ['everything'] })).toMatchObject({
      status: 400,
    });
    expect(await as(key, 'POST', '/api/api-keys', { name: 'x', permissions: ['vouchers:read'] })).toMatchObject({
      status: 201,
    });
    const past = { name: 'x', permissions: ['vouchers:read'], expires_at: '2020-01-01T00:00:00Z' };
    expect(await acme.user.post('/api/api-keys', past)).toMatchObject({ status: 400 });
  });

  it('revoked or expired are refused by every process', async () => {
    const { key, id } = await givenKey(['vouchers:read']);
    const [, second] = platform.ports as [number, number];
    const at = async (port: number) => (await call(port, '/api/vouchers', { token: key })).body.code;
    expect([await at(platform.port), await at(second)]).toEqual([undefined, undefined]);
    expect((await acme.user.delete(`/api/api-keys/${id}`)).status).toBe(200);
    for (const port of [platform.port, second])
      await until(async () => (await at(port)) === 'api_key_revoked', 'revoked', REVOKED_WITHIN_MS);
    const soon = await givenKey(['vouchers:read'], { expires_at: new Date(Date.now() + 1_500).toISOString() });
    await until(async () => (await as(soon.key, 'GET', '/api/vouchers')).body.code === 'api_key_expired', 'expired');
  });

  it('that are wrong are counted like wrong passwords', async () => {
    const { key } = await givenKey(['vouchers:read']);
    const wrong = `${key.slice(0, -4)}AAAA`;
    expect(await as('fvc_x', 'GET', '/api/vouchers')).toMatchObject({ status: 401, body: { code: 'api_key_invalid' } });
    const codes = new Set<string>();
    for (let n = 0; n < 12; n++) codes.add((await as(wrong, 'GET', '/api/vouchers')).body.code);
    expect([...codes]).toEqual(['api_key_invalid', 'too_many_failed_sign_ins']);
    expect((await as(key, 'GET', '/api/vouchers')).status).toBe(200);
  });
});
