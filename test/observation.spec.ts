import { readFileSync } from 'node:fs';
import { call } from './support/http.js';
import { givenOwnRedis, type OwnRedis } from './support/own-redis.js';
import { type GivenTenant, givenPlatform, type Platform } from './support/platform.js';
import { freePort, until } from './support/process.js';

const ODD_CALLS = 1_000;
const SLOW_MS = 100;

describe('what operators look at', () => {
  let platform: Platform;
  let acme: GivenTenant;
  let bolt: GivenTenant;
  let redis: OwnRedis;
  let workerMetricsPort: number;

  beforeAll(async () => {
    redis = await givenOwnRedis();
    workerMetricsPort = await freePort();
    const env = {
      REDIS_URL: redis.url,
      SLOW_QUERY_MS: String(SLOW_MS),
      WORKER_METRICS_PORT: String(workerMetricsPort),
    };
    platform = await givenPlatform({ apis: 2, env });
    acme = await platform.givenTenant();
    bolt = await platform.givenTenant();
  });

  afterAll(async () => {
    await platform.stop();
    await redis.stop();
  });

  const connections = async (query = '') => (await platform.admin.get(`/api/admin/connections${query}`)).body;

  describe('GET /api/admin/connections', () => {
    it('has the document’s three fields, and figures per server and per company', async () => {
      await acme.user.get('/api/ledgers');
      const { data, meta } = await connections();
      expect(data.activeConnections).toBe(2);
      expect(data.maxCachedConnections).toBe(50);
      expect(data.cachedTenants).toEqual([acme.id, bolt.id]);
      expect(meta).toEqual({ page: 1, limit: 50, total: 2 });
      expect(data.servers).toEqual([
        {
          server: `${platform.database.host}:${platform.database.port}`,
          tenants: 2,
          leased: 0,
          last_used_ms_ago: expect.any(Number),
          open: expect.any(Number),
          idle: expect.any(Number),
          waiting: 0,
          budget: expect.any(Number),
          shared_budget: expect.any(Number),
          sharing_processes: expect.any(Number),
          opens: expect.any(Number),
          evictions: 0,
          wait_p50_ms: expect.any(Number),
          wait_p99_ms: expect.any(Number),
          circuit: 'closed',
        },
      ]);
      expect(data.tenants[0]).toMatchObject({ tenant_id: acme.id, subdomain: acme.subdomain, leased: 0, waiting: 0 });
      expect(data.tenants[0]).toMatchObject({ opens: 1, evictions: 0, connections_evicted: 0 });
      expect(data.tenants[0].connections_opened).toBeGreaterThan(0);
      expect(data.tenants[0].wait_p99_ms).toBeGreaterThan(0);
    });

    it('says whose figures these are, and lists the other processes', async () => {
      const { data } = await connections();
      expect(data.process).toMatchObject({ pid: platform.apis[0]!.pid, service: 'api', cached_tenants: 2 });
      await until(async () => (await connections()).data.other_processes.length === 2, 'both others are known');
      const { other_processes } = (await connections()).data;
      const others = other_processes.map(({ pid, service }: { pid: number; service: string }) => [pid, service]);
      expect(new Map(others)).toEqual(
        new Map([
          [platform.apis[1]!.pid, 'api'],
          [platform.worker!.pid, 'worker'],
        ]),
      );
    });

    it('is searched, sorted and paged', async () => {
      const found = await connections(`?search=${bolt.subdomain.toUpperCase()}`);
      expect(found.data.tenants.map(({ tenant_id }: { tenant_id: string }) => tenant_id)).toEqual([bolt.id]);
      expect(found.meta.total).toBe(1);
      expect((await connections('?search=nobody-at-all')).meta.total).toBe(0);
      const names = [acme.subdomain, bolt.subdomain].sort();
      const page = await connections('?sort=-subdomain&limit=1&page=2');
      expect(page.data.tenants.map(({ subdomain }: { subdomain: string }) => subdomain)).toEqual([names[0]]);
      expect(page.meta).toEqual({ page: 2, limit: 1, total: 2 });
      const refused = await platform.admin.get('/api/admin/connections?sort=password');
      expect([refused.status, refused.body.code]).toEqual([400, 'validation_failed']);
      expect(refused.body.error).toContain('wait_p99_ms');
    });
  });

  describe('metrics', () => {
    const series = async (port = platform.port) => {
      const { status, text } = await call(port, '/metrics');
      expect(status).toBe(200);
      return text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    };
    const named = (lines: string[], name: string) => lines.filter((line) => line.startsWith(name));

    it('tells of requests, the cache, servers, operations, the queue and the process', async () => {
      await acme.user.get('/api/ledgers');
      const lines = await series();
      const server = `server="${platform.database.host}:${platform.database.port}"`;
      for (const start of [
        'finvera_http_request_seconds_count{method="GET",route="/api/ledgers",status="2xx"} ',
        'finvera_http_request_seconds_bucket{le="0.05",method="GET",route="/api/ledgers",status="2xx"} ',
        'finvera_cached_tenants 2',
        'finvera_cached_tenants_max 50',
        'finvera_tenant_opens_total ',
        'finvera_tenant_evictions_total 0',
        `finvera_server_connections_open{${server}} `,
        `finvera_server_connections_budget{${server}} `,
        `finvera_server_circuit_open{${server}} 0`,
        `finvera_connection_wait_seconds_count{${server},outcome="served"} `,
        'finvera_slow_statements_total ',
        'finvera_operation_seconds_count{kind="create_tenant",status="succeeded"} 2',
        'finvera_operation_queue_jobs{state="waiting"} 0',
        'nodejs_eventloop_lag_p99_seconds ',
        'process_resident_memory_bytes ',
      ])
        expect([start, named(lines, start).length]).toEqual([start, 1]);
    });

    it('has every metric that the alert rules and the table in docs/operate.md name', async () => {
      const { text } = await call(platform.port, '/metrics');
      const alerts = readFileSync('docs/alerts.yml', 'utf8').match(/\b(finvera|nodejs)_\w+/g)!;
      const table = readFileSync('docs/operate.md', 'utf8').match(/^\| `finvera_\w+/gm)!;
      const named = [...alerts, ...table.map((cell) => cell.slice(3))].map((name) =>
        name.replace(/_(bucket|count)$/, ''),
      );
      expect(named.length).toBeGreaterThan(20);
      for (const name of named) expect([name, text.includes(`# TYPE ${name} `)]).toEqual([name, true]);
    });

    it('the worker has its own, for this machine', async () => {
      const lines = await series(workerMetricsPort);
      expect(named(lines, 'finvera_operation_queue_jobs').length).toBe(4);
      expect((await call(workerMetricsPort, '/anything')).status).toBe(404);
    });

    it(`a thousand odd paths, hosts and methods make no new series`, async () => {
      const odd = async (index: number) => {
        const id = `${index}-${Math.random()}`;
        const path = ['/wp-admin/', '/api/ledgers/', '/api/admin/tenants/', '/', '/admin/', '/api/%7B', '/a?b='][
          index % 7
        ];
        const host = index % 2 ? `host${id}.localhost` : `${id}.example.com:${index}`;
        const method = ['GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'PROPFIND', 'OPTIONS'][Math.floor(index / 7) % 7];
        await call(platform.port, `${path}${encodeURIComponent(id)}`, {
          host,
          method,
          token: index % 3 ? id : undefined,
        });
      };
      const all = async (from: number, to: number) => {
        for (let index = from; index < to; index += 50)
          await Promise.all(Array.from({ length: Math.min(50, to - index) }, (_, more) => odd(index + more)));
      };
      // the runtime adds a kind of garbage collection or of resource when it first meets it: a few, whatever is asked
      const ours = (line: string) => !/^nodejs_(gc_duration_seconds|active_)/.test(line);
      const namesOf = async () =>
        new Set((await series()).filter(ours).map((line) => line.slice(0, line.lastIndexOf(' '))));
      await all(0, 98);
      const before = await namesOf();
      await all(98, 98 + ODD_CALLS);
      const after = await namesOf();
      expect([...after].filter((name) => !before.has(name))).toEqual([]);
      const text = [...after].join('\n');
      for (const { id, subdomain, dbName } of [acme, bolt])
        for (const name of [id, subdomain, dbName]) expect(text).not.toContain(name);
    });
  });

  describe('slow queries', () => {
    const slowOf = async (tenant: GivenTenant, query = '') =>
      (await platform.admin.get(`/api/admin/tenants/${tenant.id}/slow-queries${query}`)).body;

    /** A read that waits for a table that somebody else has locked. */
    async function readSlowly(tenant: GivenTenant, word: string): Promise<string> {
      const other = await platform.connect(tenant.dbName);
      await other.query('LOCK TABLES ledgers WRITE, account_groups WRITE');
      const reading = tenant.user.get(`/api/ledgers?search=${word}`);
      await new Promise((resolve) => setTimeout(resolve, 3 * SLOW_MS));
      await other.query('UNLOCK TABLES');
      await other.end();
      const { status, headers } = await reading;
      expect(status).toBe(200);
      return headers['x-request-id'] as string;
    }

    it('are listed per company, without values, with the request; and logged and counted', async () => {
      const requestId = await readSlowly(acme, 'Confidential');
      const { data, meta } = await slowOf(acme);
      expect(meta).toMatchObject({ page: 1, total: 1 });
      expect(data.shared).toBe(true);
      const [slow] = data.slow_queries;
      expect(slow).toMatchObject({ tenant_id: acme.id, rows: 0, failed: false, request_id: requestId });
      expect(slow.duration_ms).toBeGreaterThan(SLOW_MS);
      expect(slow.statement).toMatch(/^SELECT .* FROM ledgers/);
      expect(JSON.stringify(slow)).not.toContain('Confidential');
      expect((await slowOf(bolt)).data.slow_queries).toEqual([]);
      const line = platform.apis[0]!.output.split('\n').find((text) => text.includes('"slow query"'));
      expect(JSON.parse(line!)).toMatchObject({ tenant_id: acme.id, request_id: requestId, statement: slow.statement });
      const { text } = await call(platform.port, '/metrics');
      expect(text).toContain('finvera_slow_statements_total 1');
    });

    it('are searched and paged, and seen from every process', async () => {
      const requestId = await readSlowly(acme, 'Again');
      expect((await slowOf(acme, '?limit=1&page=2')).meta).toEqual({ page: 2, limit: 1, total: 2 });
      expect((await slowOf(acme, `?search=${requestId}`)).meta.total).toBe(1);
      const elsewhere = await call(platform.ports[1]!, `/api/admin/tenants/${acme.id}/slow-queries`, {
        token: platform.admin.token,
      });
      expect(elsewhere.body.meta.total).toBe(2);
      expect((await platform.admin.get('/api/admin/tenants/nobody/slow-queries')).body.code).toBe('tenant_not_found');
    });

    it('with Redis away the process that met them still has them, and /metrics and /connections answer', async () => {
      redis.kill();
      await until(async () => (await slowOf(acme)).data.shared === false, 'it says so');
      expect((await slowOf(acme)).meta.total).toBe(2);
      await readSlowly(bolt, 'Away');
      expect((await slowOf(bolt)).meta.total).toBe(1);
      expect((await connections()).data.other_processes).toBeNull();
      expect((await call(platform.port, '/metrics')).text).toContain('finvera_cached_tenants 2');
      await redis.revive();
      await until(async () => (await slowOf(acme)).data.shared, 'it heals by itself');
      await until(async () => (await connections()).data.other_processes?.length === 2, 'the others are known again');
    });
  });
});
