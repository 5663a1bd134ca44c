import { call } from './support/http.js';
import { FreezingProxy } from './support/freezing-proxy.js';
import { type GivenTenant, givenPlatform, type Platform, testDatabase } from './support/platform.js';
import { until } from './support/process.js';

const STATEMENT_MS = 2_000;
/** For a connection to the master database, and then for an answer over it. */
const MASTER_MAX_MS = 5_000 + STATEMENT_MS + 2_000 + 1_500;
/** For a look at who a company is. */
const LOOKUP_MAX_MS = 3_000 + 1_500;
const HEALED_MS = 15_000;

/** A master database that falls silent without closing a socket; the companies' own database is well. */
describe('a silent master database', () => {
  let platform: Platform;
  let proxy: FreezingProxy;
  let acme: GivenTenant;

  beforeAll(async () => {
    const database = testDatabase();
    proxy = await FreezingProxy.start(database.port);
    platform = await givenPlatform({
      worker: false,
      env: {
        MASTER_DB_PORT: String(proxy.port),
        MASTER_DB_STATEMENT_TIMEOUT_MS: String(STATEMENT_MS),
        MASTER_DB_POOL_MAX: '3',
        RATE_LIMITS: 'off',
      },
    });
    await platform.addServer('direct', database);
    acme = await platform.givenTenant();
  }, 60_000);

  afterAll(() => proxy?.stop());

  const timed = async (
    request: Promise<{ status: number; body: { code?: string }; headers: Record<string, unknown> }>,
  ) => {
    const started = performance.now();
    const { status, body, headers } = await request;
    return {
      status,
      code: body?.code,
      retryAfter: Number(headers['retry-after']),
      tookMs: performance.now() - started,
    };
  };

  it('keeps nobody waiting without end: who needs it is told 503, whoever was known is served on; it heals', async () => {
    const askAcme = () => timed(acme.user.get('/api/ledgers'));
    const askAdmin = () => timed(platform.admin.get('/api/admin/tenants?limit=1'));
    const askStranger = (name: string) =>
      timed(call(platform.port, '/api/ledgers', { host: `${name}.localhost:${platform.port}` }));
    expect((await askAcme()).status).toBe(200);
    proxy.freeze();

    const strangers = Array.from({ length: 20 }, (_, index) => askStranger(`stranger${index}`));
    const admins = Array.from({ length: 10 }, askAdmin);
    const served: Awaited<ReturnType<typeof askAcme>>[] = [];
    for (const end = performance.now() + 9_000; performance.now() < end; ) served.push(await askAcme());

    expect(served.filter(({ status }) => status !== 200)).toEqual([]);
    expect(served.filter(({ tookMs }) => tookMs > LOOKUP_MAX_MS)).toEqual([]);
    expect(served.filter(({ tookMs }) => tookMs > 1_000).length).toBeLessThanOrEqual(2);
    for (const { status, code, retryAfter, tookMs } of await Promise.all(strangers)) {
      expect({ status, code, retryAfter }).toEqual({ status: 503, code: 'database_unavailable', retryAfter: 1 });
      expect(tookMs).toBeLessThan(LOOKUP_MAX_MS);
    }
    for (const { status, code, retryAfter, tookMs } of await Promise.all(admins)) {
      expect({ status, code, retryAfter }).toEqual({ status: 503, code: 'database_unavailable', retryAfter: 1 });
      expect(tookMs).toBeLessThan(MASTER_MAX_MS);
    }

    proxy.thaw();
    await until(async () => (await askAdmin()).status === 200, 'it is used again', HEALED_MS);
    expect((await askStranger('stranger')).status).toBe(404);
  }, 60_000);
});
