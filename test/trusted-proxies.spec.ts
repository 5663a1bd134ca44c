import { call } from './support/http.js';
import { type GivenTenant, givenPlatform, type Platform } from './support/platform.js';
import { AppProcess } from './support/process.js';

const PROXY = '127.0.0.2';
/** a proxy in front of the proxy */
const EDGE = '10.1.0.5';
const CLIENT = '203.0.113.9';

/** Whoever connects from 127.0.0.2 is a proxy of ours, from 127.0.0.1 is not. */
describe('X-Forwarded headers with TRUSTED_PROXIES=127.0.0.2,10.1.0.0/16', () => {
  let platform: Platform;
  let acme: GivenTenant;
  let other: GivenTenant;

  beforeAll(async () => {
    platform = await givenPlatform({ worker: false, env: { TRUSTED_PROXIES: `${PROXY}, 10.1.0.0/16` } });
    [acme, other] = [await platform.givenTenant(), await platform.givenTenant()];
  });

  const hostOf = ({ subdomain }: GivenTenant) => `${subdomain}.localhost`;
  const signIn = (headers: Record<string, string>, from?: string, host = 'bare.internal') =>
    call(platform.port, '/api/auth/login', {
      method: 'POST',
      host,
      from,
      headers,
      json: { email: acme.email, password: acme.password },
    });

  /** The address that the audit log notes for a request. */
  async function addressSeen(headers: Record<string, string>, from?: string): Promise<string> {
    const path = `/api/admin/tenants/${acme.id}/maintenance`;
    const message = `asked ${Math.random()}`;
    await platform.admin.put(path, { message }, { headers, from });
    await platform.admin.delete(path);
    const { body } = await platform.admin.get('/api/admin/audit-log?limit=5');
    const entry = body.data.entries.find(
      ({ after_state }: { after_state: { maintenance?: { message: string } } }) =>
        after_state?.maintenance?.message === message,
    );
    return entry.ip;
  }

  it('the host counts from a proxy', async () => {
    expect((await signIn({ 'x-forwarded-host': hostOf(acme) }, PROXY)).status).toBe(200);
    expect((await signIn({ 'x-forwarded-host': `${hostOf(acme)}:443` }, PROXY)).status).toBe(200);
    const wrong = await call(platform.port, '/api/ledgers', {
      from: PROXY,
      token: acme.user.token,
      host: hostOf(acme),
      headers: { 'x-forwarded-host': hostOf(other) },
    });
    expect(wrong).toMatchObject({ status: 403, body: { code: 'tenant_mismatch' } });
  });

  it('of several hosts the one that the nearest proxy added counts', async () => {
    expect((await signIn({ 'x-forwarded-host': `${hostOf(other)}, ${hostOf(acme)}` }, PROXY)).status).toBe(200);
    expect((await signIn({ 'x-forwarded-host': `${hostOf(acme)}, ${hostOf(other)}` }, PROXY)).status).toBe(401);
  });

  it('the host of anybody else does not count', async () => {
    expect((await signIn({ 'x-forwarded-host': hostOf(acme) })).body.code).toBe('tenant_required');
    expect((await signIn({ 'x-forwarded-host': hostOf(other) }, undefined, hostOf(acme))).status).toBe(200);
    const read = await call(platform.port, '/api/ledgers', {
      token: acme.user.token,
      headers: { 'x-forwarded-host': hostOf(other) },
    });
    expect(read.status).toBe(200);
    // a chain that claims a proxy does not make one of who sends it
    const chain = { 'x-forwarded-host': hostOf(acme), 'x-forwarded-for': `${CLIENT}, ${PROXY}` };
    expect((await signIn(chain)).body.code).toBe('tenant_required');
  });

  it.each([
    ['nobody in between', undefined, PROXY, PROXY],
    ['one hop', CLIENT, PROXY, CLIENT],
    ['two hops', `${CLIENT}, ${EDGE}`, PROXY, CLIENT],
    ['two hops behind what the client made up', `198.51.100.1, ${CLIENT}, ${EDGE}`, PROXY, CLIENT],
    ['a hop that is not ours', `${CLIENT}, 192.0.2.8`, PROXY, '192.0.2.8'],
    ['an IPv6 client', '2001:db8::7', PROXY, '2001:db8::7'],
    ['somebody who is no proxy', CLIENT, '127.0.0.1', '127.0.0.1'],
    ['somebody who is no proxy and names one', `${CLIENT}, ${PROXY}`, '127.0.0.1', '127.0.0.1'],
  ])('the client’s address through %s', async (_what, forwardedFor, from, seen) => {
    expect(await addressSeen(forwardedFor === undefined ? {} : { 'x-forwarded-for': forwardedFor }, from)).toBe(seen);
  });

  it('allow-lists of addresses cannot be talked into', async () => {
    await platform.admin.put(`/api/admin/tenants/${acme.id}/maintenance`, {
      message: 'x',
      allowed_addresses: [CLIENT],
    });
    const ledgers = (from: string) =>
      call(platform.port, '/api/ledgers', { from, token: acme.user.token, headers: { 'x-forwarded-for': CLIENT } });
    expect([(await ledgers(PROXY)).status, (await ledgers('127.0.0.1')).status]).toEqual([200, 503]);
    await platform.admin.delete(`/api/admin/tenants/${acme.id}/maintenance`);
  });

  it('who comes through a proxy is not on this machine: no metrics', async () => {
    expect((await call(platform.port, '/metrics')).status).toBe(200);
    for (const header of ['x-forwarded-for', 'forwarded'])
      expect((await call(platform.port, '/metrics', { headers: { [header]: 'for=127.0.0.1' } })).status).toBe(403);
  });

  it('a name instead of an address stops the process with a sentence', async () => {
    const api = new AppProcess('api', { ...platform.env, PORT: '0', TRUSTED_PROXIES: 'proxy.internal' });
    expect((await api.ended).code).toBe(1);
    expect(api.output).toMatch(/TRUSTED_PROXIES must be addresses or networks/);
    expect(api.output).not.toMatch(/\n +at /);
  });
});
