import { FreezingProxy } from './support/freezing-proxy.js';
import { type Answer, Caller, call } from './support/http.js';
import { Load, unless } from './support/load.js';
import { givenOwnRedis, type OwnRedis } from './support/own-redis.js';
import { type GivenTenant, givenPlatform, type Platform } from './support/platform.js';
import { until } from './support/process.js';

const PROCESSES = [0, 1, 2];

/** What one process changes, all others know: at once through Redis, and without it when what they know is too old. */
describe('a change of a company', () => {
  let platform: Platform;
  let redis: OwnRedis;
  let otherAddress: FreezingProxy;

  beforeAll(async () => {
    redis = await givenOwnRedis();
    platform = await givenPlatform({
      apis: PROCESSES.length,
      env: { REDIS_URL: redis.url, USE_SEPARATE_DB_USERS: 'true', RECONCILE_EVERY_MS: '200' },
    });
    otherAddress = await FreezingProxy.start(platform.database.port);
  }, 60_000);

  afterAll(async () => {
    await platform?.stop();
    otherAddress?.stop();
    await redis?.stop();
  });

  const ask = ({ user }: GivenTenant, api: number): Promise<Answer> =>
    new Caller(platform.ports[api]!, user.token).get('/api/ledgers?limit=1');
  const admin = ({ id }: GivenTenant, what: string, body = {}) =>
    platform.admin.post(`/api/admin/tenants/${id}/${what}`, body);

  /** A company that every process has at hand. */
  async function givenKnown(): Promise<GivenTenant> {
    const tenant = await platform.givenTenant();
    for (const api of PROCESSES) expect((await ask(tenant, api)).status).toBe(200);
    return tenant;
  }

  /** Looks at every process until it is so there. */
  const seenEverywhere = (boundMs: number, what: string, isSo: (api: number) => Promise<boolean>) =>
    Promise.all(PROCESSES.map((api) => until(() => isSo(api), `${what} is known to process ${api}`, boundMs)));

  const answersEverywhere = (tenant: GivenTenant, boundMs: number, what: string, good: (answer: Answer) => boolean) =>
    seenEverywhere(boundMs, what, async (api) => good(await ask(tenant, api)));

  /** Makes one change after the other, each of a company of its own, all at the same time. */
  async function changeAll(boundMs: number): Promise<void> {
    const [suspended, moved, upgraded, rotated, replanned] = await Promise.all(Array.from({ length: 5 }, givenKnown));
    await Promise.all([
      suspendAndReactivate(suspended!, boundMs),
      move(moved!, boundMs),
      upgrade(upgraded!, boundMs),
      rotate(rotated!, boundMs),
      choosePlan(replanned!, boundMs),
    ]);
  }

  async function suspendAndReactivate(tenant: GivenTenant, boundMs: number): Promise<void> {
    await admin(tenant, 'suspend', { reason: 'test' });
    await answersEverywhere(tenant, boundMs, 'the suspension', ({ body }) => body.code === 'tenant_suspended');
    await admin(tenant, 'reactivate');
    await answersEverywhere(tenant, boundMs, 'the reactivation', ({ status }) => status === 200);
  }

  async function choosePlan({ id, ...tenant }: GivenTenant, boundMs: number): Promise<void> {
    await platform.admin.put(`/api/admin/tenants/${id}`, { subscription_plan: 'premium' });
    const isPremium = ({ headers }: Answer) => String(headers['ratelimit-policy']).includes('"company";q=300000');
    await answersEverywhere({ id, ...tenant }, boundMs, 'the plan', isPremium);
  }

  /** The same database under another address. */
  async function move(tenant: GivenTenant, boundMs: number): Promise<void> {
    await platform.sql('UPDATE tenant_master SET db_port = ? WHERE id = ?', [otherAddress.port, tenant.id]);
    await platform.admin.put(`/api/admin/tenants/${tenant.id}`, { subscription_plan: 'standard' }); // announces it
    await seenEverywhere(boundMs, 'the address', async (api) => {
      expect((await ask(tenant, api)).status).toBe(200);
      const { body } = await call(platform.ports[api]!, '/api/admin/connections', { token: platform.admin.token });
      const server = `${platform.database.host}:${otherAddress.port}`;
      return body.data.tenants.some((one: { tenant_id: string; server: string }) => one.tenant_id === tenant.id && one.server === server); // biome-ignore format: one condition
    });
  }

  /** A company whose schema is older than the processes need is closed until it is upgraded. */
  async function upgrade(tenant: GivenTenant, boundMs: number): Promise<void> {
    const isRefused = ({ body }: Answer) => body.code === 'tenant_migrating';
    await platform.sql("UPDATE tenant_master SET schema_version = '1' WHERE id = ?", [tenant.id]);
    await answersEverywhere(tenant, 6_000, 'the old schema', isRefused);
    const { status, text } = await platform.admin.post('/api/admin/rollouts');
    expect([status, text]).toEqual([202, expect.any(String)]);
    await until(
      async () => (await versionOf(tenant)) !== '1' && (await statusOf(tenant)) === 'active',
      'it is upgraded',
    );
    await answersEverywhere(tenant, boundMs, 'the new schema', (answer) => answer.status === 200);
  }

  const versionOf = async ({ id }: GivenTenant) => (await row<{ schema_version: string }>(id)).schema_version;
  const statusOf = async ({ id }: GivenTenant) => (await row<{ status: string }>(id)).status;
  const row = async <Row>(id: string) =>
    (await platform.sql<Row>('SELECT * FROM tenant_master WHERE id = ?', [id]))[0]!;

  /** While requests run on every process, none of which fails. */
  async function rotate(tenant: GivenTenant, boundMs: number): Promise<void> {
    const { db_user: former } = await row<{ db_user: string }>(tenant.id);
    const usersThere = async () => {
      const rows = await platform.sql<{ user: string }>(
        'SELECT user FROM information_schema.processlist WHERE db = ?',
        [tenant.dbName],
      );
      return rows.map(({ user }) => user);
    };
    const load = new Load(platform.ports, 6, [
      async (port) => unless(200)(await call(port, '/api/ledgers?limit=1', { token: tenant.user.token })),
      async (port) => unless(200)(await call(port, '/api/reports/trial-balance', { token: tenant.user.token })),
    ]);
    try {
      expect((await admin(tenant, 'rotate-password')).status).toBe(202);
      await until(async () => (await row<{ db_user: string }>(tenant.id)).db_user !== former, 'the user is another');
      await until(async () => !(await usersThere()).includes(former), 'nobody signs in as the former user', boundMs);
      expect((await usersThere()).length).toBeGreaterThanOrEqual(PROCESSES.length);
    } finally {
      await load.stop();
    }
    expect(load.failures).toEqual([]);
    expect(load.done).toBeGreaterThan(20);
  }

  it('reaches every process within a second, and a change of its password fails no request', async () => {
    await changeAll(1_000);
  }, 60_000);

  it('reaches every process within five seconds while Redis is away', async () => {
    redis.kill();
    for (const port of platform.ports)
      await until(async () => (await call(port, '/api/health/ready')).body?.data?.status === 'degraded', 'it says so');
    await changeAll(5_000);
  }, 90_000);
});
