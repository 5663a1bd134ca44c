import { randomBytes } from 'node:crypto';
import { createConnection } from 'mysql2/promise';
import type { TenantRecord } from '../directory/tenant-directory.js';
import { TenantPoolManager } from '../pool/tenant-pool-manager.js';
import { TENANCY_LIMIT_DEFAULTS } from '../tenancy.options.js';
import type { SlowStatement, TenancyObserver } from './tenancy-observer.js';

const { TEST_DB_HOST: host, TEST_DB_PORT: port, TEST_DB_USER: user, TEST_DB_PASSWORD: password } = process.env;
const server = { host: host!, port: Number(port) };
const SERVER = `${host}:${port}`;
const SLOW_MS = 40;

describe('what the engine tells of itself', () => {
  const database = `finvera_t${randomBytes(4).toString('hex')}`;
  const managers: TenantPoolManager[] = [];
  const admin = () => createConnection({ ...server, user, password });
  const record = (id: string): TenantRecord => ({
    ...server,
    id,
    database,
    subdomain: `${id}-books`,
    revision: '1',
    status: 'active',
    provisioned: true,
    suspendedReason: null,
    schemaVersion: '1',
  });

  beforeAll(async () => {
    const connection = await admin();
    await connection.query('CREATE DATABASE ??', [database]);
    await connection.end();
  });

  afterAll(async () => {
    for (const manager of managers) manager.onModuleDestroy();
    const connection = await admin();
    await connection.query('DROP DATABASE ??', [database]);
    await connection.end();
  });

  function given(observer: TenancyObserver = {}, limits: Partial<typeof TENANCY_LIMIT_DEFAULTS> = {}) {
    const directory = {
      findById: async () => null,
      findBySubdomain: async () => null,
      credentials: async () => ({ user: user!, password: password! }),
    };
    const manager = new TenantPoolManager(
      { directory, observer, entities: [], minSchemaVersion: '0', baseDomain: 'localhost' },
      { ...TENANCY_LIMIT_DEFAULTS, ...limits },
    );
    managers.push(manager);
    return {
      manager,
      use: async (id: string, ...statements: [sql: string, parameters?: unknown[]][]) => {
        const lease = await manager.lease(record(id));
        await Promise.all(
          statements.map(([sql, parameters]) => lease.dataSource.query(sql, parameters).catch(() => undefined)),
        );
        lease.release();
      },
      figures: (id: string) => manager.getStats().tenants.find(({ tenant_id }) => tenant_id === id),
    };
  }

  it('slow statements alone, with placeholders instead of values, who waited how long, and whether they failed', async () => {
    const told: SlowStatement[] = [];
    const { use } = given(
      { slowStatementMs: SLOW_MS, statementWasSlow: (statement) => told.push(statement) },
      { poolMax: 1 },
    );
    await use('acme', ['SELECT 1']);
    expect(told).toEqual([]);
    await use('acme', ['SELECT SLEEP(?), ?', [0.06, 'a name']], ['SELECT SLEEP(0.06) UNION SELECT missing']);
    await use('acme', ['SELECT SLEEP(0.06)'], ['SELECT SLEEP(?) AS second', [0.06]]);
    expect(told.map(({ sql, rows, failed }) => [sql, rows, failed])).toEqual([
      ['SELECT SLEEP(?), ?', 1, false],
      ['SELECT SLEEP(0.06)', 1, false],
      ['SELECT SLEEP(?) AS second', 1, false],
    ]);
    expect(told.every(({ tenantId, durationMs }) => tenantId === 'acme' && durationMs >= SLOW_MS)).toBe(true);
    expect(told[2]!.waitedMs).toBeGreaterThan(SLOW_MS);
  });

  it('the parts of a request’s way, and waits with their end', async () => {
    const phases: string[] = [];
    const waits: [string, string][] = [];
    const observer: TenancyObserver = {
      phase: (phase, work) => {
        phases.push(phase);
        return work();
      },
      waitEnded: (on, waitedMs, outcome) => {
        expect(waitedMs).toBeGreaterThanOrEqual(0);
        waits.push([on, outcome]);
      },
    };
    const { use } = given(observer, { poolMax: 1, poolAcquireMs: 50, poolQueueMax: 1 });
    await use('acme', ['SELECT 1']);
    await use('acme', ['SELECT 1']); // at hand: nobody waits
    expect(phases).toEqual(['lease', 'wait for a connection', 'lease']);
    await use('acme', ['SELECT SLEEP(0.1)'], ['SELECT 2'], ['SELECT 3']);
    expect(waits).toEqual([
      [SERVER, 'served'],
      [SERVER, 'refused'], // the queue was full
      [SERVER, 'refused'], // none became free in time
    ]);
  });

  it('per tenant and per server: who is leased, what was opened and evicted, how long was waited', async () => {
    const { manager, use, figures } = given({}, { maxCachedTenants: 2, poolMax: 2, serverConnectionBudget: 2 });
    await use('acme', ['SELECT SLEEP(0.03)'], ['SELECT SLEEP(0.03)'], ['SELECT 1']);
    const { wait_p50_ms, wait_p99_ms, ...acme } = figures('acme')!;
    expect(acme).toEqual({
      tenant_id: 'acme',
      subdomain: 'acme-books',
      server: SERVER,
      leased: 0,
      last_used_ms_ago: expect.any(Number),
      open: 2,
      idle: 2,
      waiting: 0,
      opens: 1,
      evictions: 0,
      connections_opened: 2,
      connections_evicted: 0,
    });
    expect(wait_p50_ms).toBeGreaterThan(0);
    expect(wait_p99_ms).toBeGreaterThan(15);
    await use('bolt', ['SELECT 1']);
    expect(figures('acme')).toMatchObject({ open: 1, connections_evicted: 1 });
    await use('core', ['SELECT 1']);
    expect(figures('acme')).toBeUndefined();
    await use('acme');
    expect(figures('acme')).toMatchObject({ opens: 2, evictions: 1, open: 0, wait_p99_ms: null });
    const lease = await manager.lease(record('acme'));
    expect(manager.getStats()).toMatchObject({
      activeConnections: 2,
      maxCachedConnections: 2,
      cachedTenants: ['core', 'acme'],
      opens: 4,
      evictions: 2,
      servers: [{ server: SERVER, tenants: 2, leased: 1, budget: 2, opens: 4, evictions: 1, circuit: 'closed' }],
    });
    lease.release();
  });
});
