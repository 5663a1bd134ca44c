import { startDns } from './support/dns.js';
import { type Answer, Caller, call } from './support/http.js';
import { type GivenTenant, givenPlatform, type Platform } from './support/platform.js';
import { until } from './support/process.js';

/** A change is seen on every process within this. */
const SEEN_MS = 1_000;

describe('domains of companies’ own', () => {
  let dns: Awaited<ReturnType<typeof startDns>>;
  let platform: Platform;
  let acme: GivenTenant;
  let other: GivenTenant;

  beforeAll(async () => {
    dns = await startDns();
    platform = await givenPlatform({ apis: 2, env: { DOMAIN_DNS_SERVERS: dns.server } });
    [acme, other] = [await platform.givenTenant(), await platform.givenTenant()];
  });

  afterAll(() => dns.stop());

  const path = (tenant: GivenTenant, more = '') => `/api/admin/tenants/${tenant.id}/domains${more}`;
  const add = (tenant: GivenTenant, domain: string) => platform.admin.post(path(tenant), { domain });
  const verify = (tenant: GivenTenant, domain: string, body = {}) =>
    platform.admin.post(path(tenant, `/${encodeURIComponent(domain)}/verify`), body);
  const signIn = ({ email, password }: GivenTenant, host: string, api = 0) =>
    call(platform.ports[api]!, '/api/auth/login', { method: 'POST', host, json: { email, password } });

  /** Shows the proof in the DNS, as the domain's owner does. */
  function prove({ body }: Answer): void {
    const { name, value } = body.data.domain.challenge.dns;
    dns.texts.set(name, [...(dns.texts.get(name) ?? []), [value]]);
  }

  async function untilEverywhere(tenant: GivenTenant, host: string, status: number): Promise<void> {
    for (const api of [0, 1])
      await until(
        async () => (await signIn(tenant, host, api)).status === status,
        `signing in on ${host} is answered ${status} by process ${api}`,
        SEEN_MS,
      );
  }

  it('a verified domain leads to its company, on every process; until then it leads nowhere', async () => {
    const host = 'books.acme.example';
    const added = await add(acme, ' Books.ACME.example. ');
    expect(added).toMatchObject({ status: 201, body: { data: { domain: { domain: host, status: 'pending' } } } });
    expect((await add(acme, host)).body.data.domain).toEqual(added.body.data.domain);
    expect(await signIn(acme, host)).toMatchObject({ status: 400, body: { code: 'tenant_required' } });
    const refused = await verify(acme, host);
    expect(refused).toMatchObject({ status: 422, body: { code: 'domain_not_verified' } });
    expect(refused.body.details.map(({ field }: { field: string }) => field)).toEqual(['dns', 'http']);

    prove(added);
    const verified = await verify(acme, host);
    expect(verified.body.data.domain).toMatchObject({ status: 'verified', verified_by: 'dns' });
    for (const name of [host, `${host}:8443`, 'BOOKS.acme.Example.']) await untilEverywhere(acme, name, 200);
    expect((await new Caller(platform.port, acme.user.token, host).get('/api/ledgers')).status).toBe(200);

    const foreign = await new Caller(platform.port, other.user.token, host).get('/api/ledgers');
    expect(foreign).toMatchObject({ status: 403, body: { code: 'tenant_mismatch' } });
    const named = {
      method: 'POST',
      host,
      json: { subdomain: other.subdomain, email: other.email, password: other.password },
    };
    expect(await call(platform.port, '/api/auth/login', named)).toMatchObject({
      status: 403,
      body: { code: 'tenant_mismatch' },
    });

    const listed = await platform.admin.get(path(acme, '?search=books'));
    expect(listed.body).toMatchObject({
      data: { domains: [{ domain: host, status: 'verified' }] },
      meta: { total: 1 },
    });
  });

  it('a removed domain stops within a second, and has to be verified again', async () => {
    const host = 'books.acme.example';
    await untilEverywhere(acme, host, 200);
    expect((await platform.admin.delete(path(acme, `/${host}`))).status).toBe(200);
    await untilEverywhere(acme, host, 400);
    expect((await platform.admin.delete(path(acme, `/${host}`))).body.code).toBe('domain_not_found');
    const again = await add(acme, host);
    expect(again.body.data.domain.status).toBe('pending');
    expect(await verify(acme, host, { method: 'dns' })).toMatchObject({ status: 422 }); // the proof is another one
    await platform.admin.delete(path(acme, `/${again.body.data.domain.id}`));

    const { body } = await platform.admin.get(`/api/admin/audit-log?tenant_id=${acme.id}&limit=10`);
    const actions = body.data.entries.map(({ action }: { action: string }) => action);
    expect(actions.filter((action: string) => action.startsWith('domain.'))).toEqual([
      'domain.removed', 'domain.added', 'domain.removed', 'domain.verified', 'domain.added',
    ]); // biome-ignore format: a list
  });

  it('is looked at again: a proof that is gone for longer than the days of grace takes the domain back', async () => {
    const host = 'grace.acme.example';
    const added = await add(acme, host);
    prove(added);
    expect((await verify(acme, host)).status).toBe(200);
    const recheck = async () => {
      await platform.sql(
        'UPDATE tenant_domains SET checked_at = NULL, verified_at = DATE_SUB(verified_at, INTERVAL 2 DAY) WHERE domain = ? AND verified_at IS NOT NULL',
        [host],
      );
      const { body } = await platform.admin.post('/api/admin/schedules/domains/run');
      return until(async () => {
        const run = await platform.admin.get(`/api/admin/schedules/domains/runs/${body.data.run.id}`);
        return run.body.data.run.result;
      }, 'the domains were looked at');
    };
    const domain = async () =>
      (await platform.admin.get(path(acme, `?search=${host}`))).body.data.domains[0] as Record<string, string | null>;
    expect(await recheck()).toEqual({ domains_checked: 1, domains_failing: 0, domains_lost: 0 });
    expect(await domain()).toMatchObject({ status: 'verified', checked_at: expect.any(String), failing_since: null });

    const { name } = added.body.data.domain.challenge.dns;
    const proof = dns.texts.get(name)!;
    dns.texts.delete(name);
    expect(await recheck()).toEqual({ domains_checked: 1, domains_failing: 1, domains_lost: 0 });
    expect(await domain()).toMatchObject({ status: 'verified', failing_since: expect.any(String) });
    dns.texts.set(name, proof);
    await recheck();
    expect(await domain()).toMatchObject({ failing_since: null });
    dns.texts.delete(name);
    await recheck();
    await untilEverywhere(acme, host, 200);
    await platform.sql(
      'UPDATE tenant_domains SET failing_since = DATE_SUB(failing_since, INTERVAL 7 DAY) WHERE domain = ?',
      [host],
    );
    expect(await recheck()).toEqual({ domains_checked: 1, domains_failing: 1, domains_lost: 1 });
    await untilEverywhere(acme, host, 400);
    expect(await domain()).toMatchObject({ status: 'pending', verified_at: null });
    const { body } = await platform.admin.get(`/api/admin/audit-log?tenant_id=${acme.id}&action=domain.unverified`);
    expect(body.data.entries).toHaveLength(1);
  });

  it('international names are taken in their own letters and as punycode', async () => {
    const added = await add(acme, 'Bücher.Example');
    expect(added.body.data.domain.domain).toBe('xn--bcher-kva.example');
    prove(added);
    expect((await verify(acme, 'bücher.example')).status).toBe(200);
    await untilEverywhere(acme, 'xn--bcher-kva.example', 200);
    // some clients send UTF-8; without a body Node writes each letter of this text as one byte
    const bytes = Buffer.from('Bücher.example').toString('latin1');
    const read = ({ user }: GivenTenant) => new Caller(platform.port, user.token, bytes).get('/api/ledgers');
    expect((await read(acme)).status).toBe(200);
    expect((await read(other)).body.code).toBe('tenant_mismatch');
  });

  it('a domain is one company’s: a claim blocks nobody, whoever verifies first has it', async () => {
    const host = 'shared.example';
    const [claim, mine] = [await add(other, host), await add(acme, host)];
    expect([claim.status, mine.status]).toEqual([201, 201]);
    prove(claim);
    prove(mine);
    const answers = await Promise.all([verify(other, host), verify(acme, host)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    const [owner, loser] = answers[0]!.status === 200 ? [other, acme] : [acme, other];
    await untilEverywhere(owner, host, 200);
    expect(await verify(loser, host)).toMatchObject({ status: 409, body: { code: 'domain_taken' } });
    await platform.admin.delete(path(loser, `/${host}`));
    expect(await add(loser, host)).toMatchObject({ status: 409, body: { code: 'domain_taken' } });
  });

  it('what a deleted company had is free', async () => {
    const host = 'free.example';
    const gone = await platform.givenTenant();
    prove(await add(gone, host));
    expect((await verify(gone, host)).status).toBe(200);
    const purge = await platform.admin.delete(`/api/admin/tenants/${gone.id}?purge=true`, {
      confirm: 'DELETE',
      company_name: `Company ${gone.subdomain}`,
    });
    await until(async () => {
      const { body } = await platform.admin.get(`/api/admin/operations/${purge.body.data.operation.id}`);
      return body.data.operation.status === 'succeeded';
    }, 'purged');
    expect((await signIn(acme, host)).body.code).toBe('tenant_required');
    prove(await add(acme, host));
    expect((await verify(acme, host)).status).toBe(200);
    await untilEverywhere(acme, host, 200);
    expect((await add(gone, 'late.example')).body.code).toBe('tenant_deleted');
  });

  it('refuses what cannot be a company’s domain', async () => {
    for (const [domain, status, code] of [
      ['books.localhost', 422, 'domain_reserved'],
      ['localhost', 400, 'validation_failed'],
      ['127.0.0.1', 400, 'validation_failed'],
      ['https://books.example', 400, 'validation_failed'],
      ['books.example:80', 400, 'validation_failed'],
      ['*.example', 400, 'validation_failed'],
      ['a b.example', 400, 'validation_failed'],
      [`${'a'.repeat(64)}.example`, 400, 'validation_failed'],
    ] as const) {
      const refused = await add(acme, domain);
      expect([domain, refused.status, refused.body.code]).toEqual([domain, status, code]);
      expect(refused.body.details[0].field).toBe('domain');
    }
    expect((await platform.admin.post('/api/admin/tenants/nobody/domains', { domain: 'a.example' })).status).toBe(404);
    expect((await platform.admin.get(encodeURI('/api/admin/tenants/ü/domains'))).status).toBe(404);
    expect((await verify(acme, 'never-added.example')).body.code).toBe('domain_not_found');
  });

  it('hosts of nobody name nobody, as ever', async () => {
    for (const host of ['127.0.0.1', `localhost:${platform.port}`, '[::1]', 'api.platform.example', 'intranet']) {
      expect([host, (await signIn(acme, host)).body.code]).toEqual([host, 'tenant_required']);
      expect([host, (await new Caller(platform.port, acme.user.token, host).get('/api/ledgers')).status]).toEqual([
        host,
        200,
      ]);
    }
  });
});
