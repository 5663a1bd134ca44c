import { parseList } from 'structured-headers';
import { type Answer, Caller, call } from './support/http.js';
import { givenOwnRedis, type OwnRedis } from './support/own-redis.js';
import { type GivenTenant, givenPlatform, type Platform } from './support/platform.js';
import { AppProcess, freePort, until } from './support/process.js';

const LIMIT = 40;
/** A change is seen everywhere within this. */
const SEEN_MS = 1_000;

const policyOf = ({ headers }: Answer, name: string) => parameters(headers['ratelimit-policy'], name);
const stateOf = ({ headers }: Answer, name: string) => parameters(headers.ratelimit, name);

function parameters(field: string | string[] | undefined, name: string): Record<string, unknown> | undefined {
  const item = parseList(String(field)).find(([value]) => value === name);
  return item && Object.fromEntries(item[1]);
}

describe('limits of requests', () => {
  let platform: Platform;
  let redis: OwnRedis;

  beforeAll(async () => {
    redis = await givenOwnRedis();
    platform = await givenPlatform({ apis: 2, env: { REDIS_URL: redis.url } });
    await platform.sql("UPDATE plans SET requests_per_minute = ? WHERE code = 'trial'", [LIMIT]);
  });

  afterAll(async () => {
    await platform.stop();
    await redis.stop();
  });

  const on = (tenant: GivenTenant, api: number) => new Caller(platform.ports[api]!, tenant.user.token);
  const me = (tenant: GivenTenant, api = 0) => on(tenant, api).get('/api/auth/me');
  const choosePlan = (tenant: GivenTenant, plan: string) =>
    platform.admin.put(`/api/admin/tenants/${tenant.id}`, { subscription_plan: plan });

  /** A company that may send 40 requests a minute, and has sent none. */
  async function givenSmall(): Promise<GivenTenant> {
    const tenant = await platform.givenTenant();
    await choosePlan(tenant, 'trial');
    await new Promise((resolve) => setTimeout(resolve, 300));
    return tenant;
  }

  async function sendToBoth(tenant: GivenTenant, requests: number): Promise<Answer[]> {
    const answers: Answer[] = [];
    for (let sent = 0; sent < requests; sent += 1) answers.push(await me(tenant, sent % 2));
    return answers;
  }

  const served = (answers: Answer[]) => answers.filter(({ status }) => status === 200).length;
  const metric = async (name: string, port = platform.port) =>
    Number(new RegExp(`^${name} (\\S+)$`, 'm').exec((await call(port, '/metrics')).text)?.[1]);

  it('two processes share one limit; who reaches it reads when to come again', async () => {
    const tenant = await givenSmall();
    const answers = await sendToBoth(tenant, LIMIT + 20);
    expect(served(answers)).toBe(LIMIT);
    expect(answers.slice(0, LIMIT).every(({ status }) => status === 200)).toBe(true);
    expect(policyOf(answers[0]!, 'company')).toEqual({ q: LIMIT, w: 60 });
    expect(policyOf(answers[0]!, 'user')).toEqual({ q: 60_000, w: 60 });
    expect(stateOf(answers[0]!, 'company')).toMatchObject({ r: LIMIT - 1 });
    expect(stateOf(answers[LIMIT - 1]!, 'company')).toMatchObject({ r: 0 });

    const refused = answers.at(-1)!;
    expect(refused).toMatchObject({ status: 429, body: { success: false, code: 'rate_limited' } });
    expect(refused.body.error).toMatch(/this company: 40 a minute/);
    const seconds = Number(refused.headers['retry-after']);
    expect(stateOf(refused, 'company')).toEqual({ r: 0, t: seconds });
    expect(seconds).toBeGreaterThan(30);
    expect(seconds).toBeLessThanOrEqual(60);
    expect(Number(/limit="company"\} (\d+)/.exec((await call(platform.port, '/metrics')).text)?.[1])).toBe(10);

    // signing in and the admin’s look are not counted against the company
    const { email, password, subdomain } = tenant;
    const signIn = await call(platform.port, '/api/auth/login', {
      method: 'POST',
      json: { subdomain, email, password },
    });
    expect(signIn.status).toBe(200);
    expect((await platform.admin.get(`/api/ledgers?tenant_id=${tenant.id}`)).status).toBe(200);
  });

  it('a change of plan counts on every process within a second', async () => {
    const tenant = await givenSmall();
    expect(served(await sendToBoth(tenant, LIMIT + 1))).toBe(LIMIT);
    await choosePlan(tenant, 'standard');
    for (const api of [0, 1]) {
      const answer = await until(
        async () => {
          const again = await me(tenant, api);
          return again.status === 200 && again;
        },
        `process ${api} has the new plan`,
        SEEN_MS,
      );
      expect(policyOf(answer, 'company')).toMatchObject({ q: 120_000 });
    }
    await choosePlan(tenant, 'trial');
    for (const api of [0, 1])
      await until(async () => (await me(tenant, api)).status === 429, `process ${api} has the old plan`, SEEN_MS);
  });

  it('plans show what they allow', async () => {
    const { body } = await platform.admin.get('/api/admin/plans?sort=-requests_per_minute&limit=2');
    expect(body.data.plans).toMatchObject([
      { code: 'enterprise', requests_per_minute: 600_000, storage_limit_mb: 102_400 },
      { code: 'premium', requests_per_minute: 300_000 },
    ]);
    expect(body.meta).toEqual({ page: 1, limit: 2, total: 6 });
  });

  it('a company with RATE_LIMITS=off is never refused, and the process says so', async () => {
    const tenant = await givenSmall();
    await sendToBoth(tenant, LIMIT + 1);
    const port = await freePort();
    const api = new AppProcess('api', { ...platform.env, PORT: String(port), RATE_LIMITS: 'off' });
    try {
      await until(
        () =>
          call(port, '/api/health/ready').then(
            ({ status }) => status === 200,
            () => false,
          ),
        'ready',
      );
      const answer = await new Caller(port, tenant.user.token).get('/api/auth/me');
      expect([answer.status, answer.headers.ratelimit]).toEqual([200, undefined]);
      expect(await metric('finvera_rate_limits_enabled', port)).toBe(0);
      expect(api.output).toMatch(/"level":"?(warn|40)"?.*RATE_LIMITS=off/);
    } finally {
      await api.stop();
    }
    expect(await metric('finvera_rate_limits_enabled')).toBe(1);
  });

  it('with Redis away each process counts for itself and says so; it comes back by itself', async () => {
    expect(await metric('finvera_rate_limits_shared')).toBe(1);
    const [alone, together] = [await givenSmall(), await givenSmall()];
    redis.kill();
    await until(async () => (await metric('finvera_rate_limits_shared')) === 0, 'it says so');
    await until(async () => (await metric('finvera_rate_limits_shared', platform.ports[1])) === 0, 'the other, too');
    expect(served(await sendToBoth(alone, 2 * LIMIT + 10))).toBe(2 * LIMIT);

    await redis.revive();
    for (const port of platform.ports)
      await until(async () => (await metric('finvera_rate_limits_shared', port)) === 1, 'it is shared again');
    expect(served(await sendToBoth(together, LIMIT + 10))).toBe(LIMIT);
  });
});
