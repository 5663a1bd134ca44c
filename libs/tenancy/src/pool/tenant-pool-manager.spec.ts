import fc from 'fast-check';
import type { TenantRecord } from '../directory/tenant-directory.js';
import { TENANCY_LIMIT_DEFAULTS } from '../tenancy.options.js';
import { type TenantLease, TenantPoolManager } from './tenant-pool-manager.js';

const MAX = 4;
const TENANTS = 9;

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

type Step = { do: 'lease' | 'release' | 'evict'; tenant: number } | { do: 'move'; tenant: number } | { do: 'sweep' };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant('lease' as const), tenant: fc.nat(TENANTS - 1) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('release' as const), tenant: fc.nat(TENANTS - 1) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constantFrom('evict' as const, 'move' as const), tenant: fc.nat(TENANTS - 1) }),
  },
  { weight: 1, arbitrary: fc.constant({ do: 'sweep' as const }) },
);

describe('TenantPoolManager', () => {
  it('keeps its promises whatever is leased, released, evicted, moved and swept, in any order', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 80 }), async (steps) => {
        const manager = givenManager({ tenantIdleMs: 0, poolAcquireMs: 1 });
        const held = new Map<number, TenantLease[]>();
        const revisions = new Map<number, number>();
        for (const one of steps) {
          if (one.do === 'sweep') manager.cleanupOldConnections();
          else if (one.do === 'evict') manager.evict(`t${one.tenant}`);
          else if (one.do === 'move') revisions.set(one.tenant, (revisions.get(one.tenant) ?? 1) + 1);
          else if (one.do === 'release') held.get(one.tenant)?.pop()?.release();
          else {
            const wanted = record(`t${one.tenant}`, String(revisions.get(one.tenant) ?? 1));
            const lease = await manager.lease(wanted).catch((error: { code?: string }) => {
              expect(error.code).toBe('tenant_pool_exhausted');
              return undefined;
            });
            if (lease) {
              expect(lease.tenantId).toBe(wanted.id);
              expect(lease.dataSource.tenantId).toBe(wanted.id);
              held.set(one.tenant, [...(held.get(one.tenant) ?? []), lease]);
            } else {
              // refused only when every place is leased
              const stats = manager.getStats();
              expect(stats.tenants.filter(({ leased }) => leased > 0)).toHaveLength(MAX);
            }
          }
          const stats = manager.getStats();
          expect(stats.activeConnections).toBeLessThanOrEqual(MAX);
          expect(new Set(stats.cachedTenants).size).toBe(stats.activeConnections);
          // nobody's DataSource is closed while it is held
          for (const leases of held.values())
            for (const { dataSource } of leases) expect(dataSource.isInitialized).toBe(true);
        }
        for (const leases of held.values()) for (const lease of leases) lease.release();
        manager.cleanupOldConnections();
        expect(manager.getStats()).toMatchObject({ activeConnections: 0, cachedTenants: [], waitingForPlace: 0 });
        manager.onModuleDestroy();
      }),
      { numRuns: 200 },
    );
  }, 60_000);

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
