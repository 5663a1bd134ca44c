import fc from 'fast-check';
import type { TenantRecord } from '../directory/tenant-directory.js';
import { Presence } from '../presence/presence.js';
import { TENANCY_LIMIT_DEFAULTS } from '../tenancy.options.js';
import type { TenantLease } from './cached-tenant.js';
import { TenantPoolManager } from './tenant-pool-manager.js';

const MAX = 3;
const TENANTS = 6;
/** Ports on which nobody listens: a lease holds a place in the cache, and a connection fails at once. */
const SERVERS = [1, 2, 3];

const tenant = fc.nat(TENANTS - 1);
const which = fc.nat(9);

type Step =
  | { do: 'lease' | 'suspend' | 'credentials'; tenant: number }
  | { do: 'move'; tenant: number; to: number }
  | { do: 'release' | 'abort' | 'query'; which: number }
  | { do: 'sweep' };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant('lease' as const), tenant }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('release' as const), which }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('abort' as const, 'query' as const), which }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constantFrom('suspend' as const, 'credentials' as const), tenant }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('move' as const), tenant, to: fc.nat(SERVERS.length - 1) }),
  },
  { weight: 1, arbitrary: fc.constant({ do: 'sweep' as const }) },
);

interface Asker {
  presence: Presence;
  wanted: TenantRecord;
  lease?: TenantLease;
}

/** What a test knows of the manager: who asked for whom, and who holds what. */
class Model {
  /** in the order in which they came */
  readonly askers: Asker[] = [];
  readonly records: TenantRecord[] = Array.from({ length: TENANTS }, (_, index) => ({
    id: `t${index}`,
    revision: '1',
    subdomain: `t${index}`,
    status: 'active',
    provisioned: true,
    suspendedReason: null,
    schemaVersion: '1',
    database: `t${index}`,
    host: '127.0.0.1',
    port: SERVERS[0]!,
  }));
  private announce: (tenantId: string) => void = () => undefined;
  readonly manager = new TenantPoolManager(
    {
      directory: {
        findById: async () => null,
        findBySubdomain: async () => null,
        credentials: async () => ({ user: 'nobody', password: '' }),
      },
      changes: {
        subscribe: (listener) => {
          this.announce = listener;
        },
      },
      entities: [],
      minSchemaVersion: '0',
      baseDomain: 'localhost',
    },
    { ...TENANCY_LIMIT_DEFAULTS, maxCachedTenants: MAX, tenantIdleMs: 0, poolAcquireMs: 60_000 },
  );

  get holding() {
    return this.askers.filter((asker): asker is Asker & { lease: TenantLease } => asker.lease !== undefined);
  }

  get waiting() {
    return this.askers.filter(({ lease }) => lease === undefined);
  }

  async take(one: Step): Promise<void> {
    if (one.do === 'lease') this.ask(this.records[one.tenant]!);
    else if (one.do === 'release') this.leave(this.holding[one.which % Math.max(1, this.holding.length)]);
    else if (one.do === 'abort') this.leave(this.waiting[one.which % Math.max(1, this.waiting.length)]);
    else if (one.do === 'query') await this.query(this.holding[one.which]?.lease);
    else if (one.do === 'sweep') this.manager.cleanupOldConnections();
    else if ('tenant' in one) {
      const record = this.records[one.tenant]!;
      if (one.do === 'credentials') record.revision = `${Number(record.revision) + 1}`;
      if (one.do === 'move') {
        this.records[one.tenant] = { ...record, port: SERVERS[one.to]!, revision: `${Number(record.revision) + 1}` };
      }
      if (one.do !== 'credentials') this.announce(record.id); // an announcement may be lost: the revision tells
    }
    await new Promise((resolve) => setImmediate(resolve));
  }

  check(): void {
    const stats = this.manager.getStats();
    expect(stats.activeConnections).toBeLessThanOrEqual(MAX);
    expect(new Set(stats.cachedTenants).size).toBe(stats.activeConnections);
    for (const { lease, wanted } of this.holding) {
      expect(lease.tenantId).toBe(wanted.id);
      expect(lease.dataSource.tenantId).toBe(wanted.id);
      expect(lease.dataSource.isInitialized).toBe(true); // nobody's is closed while it is held
    }
    for (const { tenant_id, leased } of stats.tenants)
      expect(leased).toBeLessThanOrEqual(this.holding.filter(({ wanted }) => wanted.id === tenant_id).length);
    expect(stats.waitingForPlace).toBe(this.waiting.length);
    // somebody waits only while every place is leased
    if (this.waiting.length > 0) expect(stats.tenants.filter(({ leased }) => leased > 0)).toHaveLength(MAX);
  }

  async end(): Promise<void> {
    for (const asker of [...this.askers]) this.leave(asker);
    await new Promise((resolve) => setImmediate(resolve));
    this.manager.cleanupOldConnections();
    const stats = this.manager.getStats();
    expect(stats).toMatchObject({ activeConnections: 0, cachedTenants: [], waitingForPlace: 0 });
    for (const server of stats.servers) expect(server).toMatchObject({ open: 0, waiting: 0 });
    this.manager.onModuleDestroy();
  }

  private ask(wanted: TenantRecord): void {
    const asker: Asker = { presence: new Presence(), wanted: { ...wanted } };
    this.askers.push(asker);
    this.manager.lease(asker.wanted, asker.presence).then(
      (lease) => {
        asker.lease = lease;
      },
      (error: { code?: string }) => expect(error.code).toBe('client_gone'),
    );
  }

  private leave(asker: Asker | undefined): void {
    if (!asker) return;
    asker.presence.leave();
    this.askers.splice(this.askers.indexOf(asker), 1);
  }

  /** Its server is dead: that is said, and costs nobody a place. */
  private async query(lease: TenantLease | undefined): Promise<void> {
    if (lease) await expect(lease.dataSource.query('SELECT 1')).rejects.toMatchObject({ status: 503 });
  }
}

describe('TenantPoolManager, whatever happens in whatever order', () => {
  it('caches no more than it may, closes nothing that is held, and lets nobody wait while a place is free', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const model = new Model();
        for (const one of steps) {
          await model.take(one);
          model.check();
        }
        await model.end();
      }),
      { numRuns: 150 },
    );
  }, 60_000);
});
