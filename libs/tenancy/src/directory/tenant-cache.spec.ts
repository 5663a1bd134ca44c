import { TENANCY_LIMIT_DEFAULTS, type TenancyLimits } from '../tenancy.options.js';
import { TenantCache } from './tenant-cache.js';
import type { TenantRecord } from './tenant-directory.js';

const acme = { id: '1', subdomain: 'acme' } as TenantRecord;

/** A directory whose answers come when the test says so. */
function givenCache(limits: Partial<TenancyLimits> = {}) {
  const asked: string[] = [];
  const answers: ((record: TenantRecord | null) => void)[] = [];
  const find = (what: string) => {
    asked.push(what);
    return new Promise<TenantRecord | null>((resolve) => answers.push(resolve));
  };
  const listeners: ((tenantId: string) => void)[] = [];
  const directory = {
    findById: (id: string) => find(`id ${id}`),
    findBySubdomain: (subdomain: string) => find(`subdomain ${subdomain}`),
    credentials: async () => ({ user: 'nobody', password: '' }),
  };
  const cache = new TenantCache(
    {
      directory,
      changes: { subscribe: (listener) => listeners.push(listener) },
      entities: [],
      minSchemaVersion: '0',
      baseDomain: 'localhost',
    },
    { ...TENANCY_LIMIT_DEFAULTS, ...limits },
  );
  const announce = (tenantId: string) => {
    for (const listener of listeners) listener(tenantId);
  };
  return { cache, asked, answer: (record: TenantRecord | null) => answers.shift()!(record), announce };
}

describe('TenantCache', () => {
  it('a host and the token that goes with it cost one lookup', async () => {
    const { cache, asked, answer } = givenCache();
    const byHost = cache.bySubdomain('acme');
    answer(acme);
    expect(await byHost).toBe(acme);
    expect(await cache.byId('1')).toBe(acme);
    expect(asked).toEqual(['subdomain acme']);
  });

  it('many who ask at once cost one lookup', async () => {
    const { cache, asked, answer } = givenCache();
    const all = Promise.all(Array.from({ length: 10 }, () => cache.byId('1')));
    answer(acme);
    expect(await all).toEqual(Array.from({ length: 10 }, () => acme));
    expect(asked).toHaveLength(1);
  });

  it('what changed while it was looked up is looked up again, under both names', async () => {
    const { cache, asked, answer, announce } = givenCache();
    const byHost = cache.bySubdomain('acme');
    announce('1');
    answer(acme);
    await byHost;
    void cache.byId('1');
    void cache.bySubdomain('acme');
    expect(asked).toEqual(['subdomain acme', 'id 1', 'subdomain acme']);
  });

  it('an announced change is forgotten under both names', async () => {
    const { cache, asked, answer, announce } = givenCache();
    const byHost = cache.bySubdomain('acme');
    answer(acme);
    await byHost;
    announce('1');
    void cache.byId('1');
    void cache.bySubdomain('acme');
    expect(asked).toEqual(['subdomain acme', 'id 1', 'subdomain acme']);
  });

  it('"not there" is forgotten with any change: it may be its creation', async () => {
    const { cache, asked, answer, announce } = givenCache();
    const byHost = cache.bySubdomain('acme');
    answer(null);
    expect(await byHost).toBeNull();
    expect(await cache.bySubdomain('acme')).toBeNull();
    announce('1');
    void cache.bySubdomain('acme');
    expect(asked).toHaveLength(2);
  });

  describe('a directory that does not answer', () => {
    const LOOKUP_MS = 200;
    const limits = { lookupTimeoutMs: LOOKUP_MS, recordTtlMs: 0 };

    it('is waited for no longer than a lookup may take: 503 with Retry-After', async () => {
      const { cache } = givenCache(limits);
      await expect(cache.byId('1')).rejects.toMatchObject({
        status: 503,
        code: 'database_unavailable',
        retryAfterSeconds: 1,
      });
    });

    it('what is known is used on, and only the first waits for it in vain', async () => {
      const { cache, asked, answer } = givenCache(limits);
      const known = cache.byId('1');
      answer(acme);
      await known;
      expect(await cache.byId('1')).toBe(acme); // at the deadline
      expect(asked).toHaveLength(2);
      for (let time = 0; time < 5; time += 1) expect(await cache.byId('1')).toBe(acme);
      expect(asked).toHaveLength(3); // asked again once; had they waited, each would have asked
    });

    it('answers again: what it says then counts at once', async () => {
      const { cache, answer } = givenCache({ ...limits, recordTtlMs: 20 });
      const known = cache.byId('1');
      answer(acme);
      await known;
      await new Promise((resolve) => setTimeout(resolve, 30));
      await cache.byId('1');
      expect(await cache.byId('1')).toBe(acme);
      const suspended = { ...acme, status: 'suspended' } as TenantRecord;
      answer(null); // too late: nobody waits for this one any more
      answer(suspended);
      await new Promise((resolve) => setImmediate(resolve));
      expect(await cache.byId('1')).toBe(suspended);
    });
  });
});
