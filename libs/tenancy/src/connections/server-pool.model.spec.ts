import fc from 'fast-check';
import { Presence } from '../presence/presence.js';
import { trackWaits } from '../presence/track-waits.js';
import { type FakeConnection, FAKE_LIMITS, givenFakePool } from './fake-connection.testing.js';
import type { Checkout, TenantShare } from './tenant-share.js';

const TENANTS = 4;
const tenant = fc.nat(TENANTS - 1);
const which = fc.nat(9);

type Step =
  | { do: 'acquire' | 'close'; tenant: number }
  | { do: 'release' | 'release broken' | 'break down' | 'leave'; which: number }
  | { do: 'budget'; to: number }
  | { do: 'fail' | 'heal' | 'pass' };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant('acquire' as const), tenant }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('release' as const), which }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constantFrom('release broken' as const, 'break down' as const, 'leave' as const),
      which,
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('close' as const), tenant }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('budget' as const), to: fc.integer({ min: 1, max: 6 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('fail' as const, 'heal' as const) }) },
  { weight: 3, arbitrary: fc.constant({ do: 'pass' as const }) },
);

/** What a test knows of the pool: who asked, who holds what. */
class Model {
  failing = false;
  budget = FAKE_LIMITS.serverConnectionBudget;
  /** the most that was allowed since no more than it were open */
  ceiling = this.budget;
  readonly held: { checkout: Checkout<FakeConnection>; tenant: number }[] = [];
  readonly presences: Presence[] = [];
  readonly owner = new Map<FakeConnection, number>();
  readonly shares: TenantShare<FakeConnection>[];
  readonly given = givenFakePool({ poolAcquireMs: 60_000 }, async () => {
    await new Promise((resolve) => setImmediate(resolve));
    if (this.failing) throw Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
  });

  constructor() {
    this.shares = Array.from({ length: TENANTS }, () => this.given.share());
  }

  async take(one: Step): Promise<void> {
    if (one.do === 'acquire') this.acquire(one.tenant);
    else if (one.do === 'close') {
      this.shares[one.tenant]!.close();
      this.shares[one.tenant] = this.given.share();
    } else if (one.do === 'release' || one.do === 'release broken') {
      const [holding] = this.held.splice(one.which % Math.max(1, this.held.length), 1);
      holding?.checkout.release(one.do === 'release broken');
    } else if (one.do === 'break down') this.given.opened[one.which]?.breakDown();
    else if (one.do === 'leave') this.presences[one.which]?.leave();
    else if (one.do === 'budget') {
      this.budget = one.to;
      this.given.pool.setBudget(one.to);
    } else if (one.do === 'pass') await new Promise((resolve) => setTimeout(resolve, 1));
    else this.failing = one.do === 'fail';
    await new Promise((resolve) => setImmediate(resolve));
  }

  private acquire(of: number): void {
    const presence = new Presence();
    this.presences.push(presence);
    trackWaits(presence, () => this.shares[of]!.acquire()).then(
      (checkout) => {
        // a connection serves one tenant for life, and one holder at a time
        expect(this.owner.get(checkout.connection) ?? of).toBe(of);
        expect(this.held.some((other) => other.checkout.connection === checkout.connection)).toBe(false);
        this.owner.set(checkout.connection, of);
        this.held.push({ checkout, tenant: of });
      },
      (error: { code?: string }) =>
        expect(['tenant_database_unavailable', 'tenant_pool_exhausted', 'client_gone']).toContain(error.code),
    );
  }

  check(): void {
    const { open, idle, waiting, circuit } = this.given.pool.stats();
    const alive = this.given.opened.filter(({ state }) => state !== 'ended').length;
    expect(open).toBeGreaterThanOrEqual(alive);
    this.ceiling = Math.max(this.budget, Math.min(this.ceiling, open));
    expect(open).toBeLessThanOrEqual(this.ceiling);
    expect(idle).toBeGreaterThanOrEqual(0);
    for (const share of this.shares) {
      expect(share.open).toBeLessThanOrEqual(FAKE_LIMITS.poolMax);
      expect(share.idle.length).toBeLessThanOrEqual(share.open);
    }
    // somebody waits only for want of a place
    const wanting = this.shares.filter((share) => share.waiting.length > 0 && share.open < FAKE_LIMITS.poolMax);
    if (wanting.length > 0 && circuit === 'closed') expect(open).toBeGreaterThanOrEqual(this.budget);
    expect(this.shares.reduce((sum, share) => sum + share.waiting.length, 0)).toBe(waiting);
  }

  async end(): Promise<void> {
    for (const presence of this.presences) presence.leave();
    await settled();
    for (const { checkout } of this.held) checkout.release();
    this.given.pool.close();
    await settled();
    expect(this.given.pool.stats()).toMatchObject({ open: 0, idle: 0, waiting: 0 });
    expect(this.given.opened.every(({ state }) => state === 'ended')).toBe(true);
  }
}

/** Opening takes one turn of the event loop, ending another. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

describe('ServerPool, whatever happens in whatever order', () => {
  it('keeps to its budget and each tenant’s maximum, loses no place, and lets nobody wait while one is free', async () => {
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
