import type { TenantRecord } from '../directory/tenant-directory.js';
import { TENANCY_LIMIT_DEFAULTS } from '../tenancy.options.js';
import { TenantPoolManager } from './tenant-pool-manager.js';

const MAX = 4;

const record = (id: string, revision = '1'): TenantRecord => ({
  id,
  revision,
  subdomain: id,
  status: 'active',
  provisioned: true,
  suspendedReason: null,
  schemaVersion: '1',
  database: id,
  host: '127.0.0.1',
  port: 1, // nothing is opened: a lease holds a place in the cache, not a connection
});

function givenManager(limits: Partial<typeof TENANCY_LIMIT_DEFAULTS> = {}) {
  const directory = {
    findById: async () => null,
    findBySubdomain: async () => null,
    credentials: async () => ({ user: 'nobody', password: '' }),
  };
  return new TenantPoolManager(
    { directory, entities: [], minSchemaVersion: '0', baseDomain: 'localhost' },
    { ...TENANCY_LIMIT_DEFAULTS, maxCachedTenants: MAX, poolAcquireMs: 50, ...limits },
  );
}

describe('TenantPoolManager', () => {
  it('who finds all places leased waits, and gets the first that becomes free', async () => {
    const manager = givenManager({ poolAcquireMs: 1_000 });
    const leases = await Promise.all([0, 1, 2, 3].map((tenant) => manager.lease(record(`t${tenant}`))));
    const waiting = manager.lease(record('late'));
    expect(manager.getStats().waitingForPlace).toBe(0); // not yet: it looks first
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(manager.getStats().waitingForPlace).toBe(1);
    leases[2]!.release();
    expect((await waiting).tenantId).toBe('late');
    expect(manager.getStats().cachedTenants).not.toContain('t2');
    manager.onModuleDestroy();
  });

  it('who waits longer than the deadline is refused with 503 and Retry-After', async () => {
    const manager = givenManager();
    await Promise.all([0, 1, 2, 3].map((tenant) => manager.lease(record(`t${tenant}`))));
    await expect(manager.lease(record('late'))).rejects.toMatchObject({
      status: 503,
      code: 'tenant_pool_exhausted',
      retryAfterSeconds: 1,
    });
    expect(manager.getStats().waitingForPlace).toBe(0);
    manager.onModuleDestroy();
  });

  it('the least recently used fifth makes room', async () => {
    const manager = givenManager({ maxCachedTenants: 10 });
    for (let tenant = 0; tenant < 10; tenant += 1) (await manager.lease(record(`t${tenant}`))).release();
    (await manager.lease(record('t0'))).release(); // used again
    (await manager.lease(record('new'))).release();
    expect(manager.getStats().cachedTenants).toEqual(['t3', 't4', 't5', 't6', 't7', 't8', 't9', 't0', 'new']);
    manager.onModuleDestroy();
  });

  it('a tenant that moved gets a new DataSource; who holds the old one finishes on it', async () => {
    const manager = givenManager();
    const before = await manager.lease(record('t', '1'));
    const after = await manager.lease(record('t', '2'));
    expect(after.dataSource).not.toBe(before.dataSource);
    expect(before.dataSource.isInitialized).toBe(true);
    before.release();
    await new Promise((resolve) => setImmediate(resolve)); // closing is not waited for
    expect(before.dataSource.isInitialized).toBe(false);
    expect(after.dataSource.isInitialized).toBe(true);
    manager.onModuleDestroy();
  });
});
