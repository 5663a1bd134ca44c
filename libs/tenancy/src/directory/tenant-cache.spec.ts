import { TENANCY_LIMIT_DEFAULTS } from '../tenancy.options.js';
import { TenantCache } from './tenant-cache.js';
import type { TenantRecord } from './tenant-directory.js';

const acme = { id: '1', subdomain: 'acme' } as TenantRecord;

/** A directory whose answers come when the test says so. */
function givenCache() {
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
    TENANCY_LIMIT_DEFAULTS,
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
});
