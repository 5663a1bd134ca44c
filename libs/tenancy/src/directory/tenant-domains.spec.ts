import { setTimeout as sleep } from 'node:timers/promises';
import { TENANCY_LIMIT_DEFAULTS, type TenancyOptions } from '../tenancy.options.js';
import { TenantCache } from './tenant-cache.js';
import type { TenantChangeFeed, TenantRecord } from './tenant-directory.js';

/** A directory that counts what it is asked, and can be away. */
class CountingDirectory {
  readonly domains = new Map<string, TenantRecord>();
  asked = 0;
  away = false;

  findById = async () => null;
  findBySubdomain = async () => null;
  credentials = async () => ({ user: '', password: '' });

  async findByDomain(domain: string): Promise<TenantRecord | null> {
    this.asked += 1;
    await sleep(5);
    if (this.away) throw new Error('away');
    return this.domains.get(domain) ?? null;
  }
}

const acme = { id: 'acme', subdomain: 'acme' } as TenantRecord;

describe('domains in the cache of tenants', () => {
  let directory: CountingDirectory;
  let announce: (tenantId: string) => void;

  beforeEach(() => {
    directory = new CountingDirectory();
  });

  function givenCache(limits: Partial<typeof TENANCY_LIMIT_DEFAULTS> = {}): TenantCache {
    const changes: TenantChangeFeed = {
      subscribe: (listener) => {
        announce = listener;
      },
    };
    const options = { directory, changes } as unknown as TenancyOptions;
    return new TenantCache(options, { ...TENANCY_LIMIT_DEFAULTS, ...limits });
  }

  it('asks once for all who wait, and for nobody again', async () => {
    const cache = givenCache();
    directory.domains.set('books.acme.example', acme);
    const ask = (domain: string) => Promise.all(Array.from({ length: 50 }, () => cache.byDomain(domain)));
    expect(new Set(await ask('books.acme.example'))).toEqual(new Set([acme]));
    expect(new Set(await ask('api.platform.example'))).toEqual(new Set([null]));
    await ask('books.acme.example');
    await ask('api.platform.example');
    expect(directory.asked).toBe(2);
  });

  it('a change is seen at once: a domain that was nobody’s, and one that is no more', async () => {
    const cache = givenCache();
    expect(await cache.byDomain('books.acme.example')).toBeNull();
    directory.domains.set('books.acme.example', acme);
    announce('acme');
    expect(await cache.byDomain('books.acme.example')).toBe(acme);
    directory.domains.clear();
    announce('acme');
    expect(await cache.byDomain('books.acme.example')).toBeNull();
  });

  it('while the directory is away, who was nobody stays nobody for a while; who was never asked for is not guessed', async () => {
    const cache = givenCache({ recordTtlMs: 10 });
    await cache.byDomain('api.platform.example');
    directory.away = true;
    await sleep(20);
    expect(await cache.byDomain('api.platform.example')).toBeNull();
    await expect(cache.byDomain('books.acme.example')).rejects.toThrow('away');
  });

  it('remembers a bounded number', async () => {
    const cache = givenCache({ recordsMax: 10 });
    for (let asked = 0; asked < 20; asked += 1) await cache.byDomain(`n${asked}.example`);
    directory.asked = 0;
    for (let again = 19; again >= 0; again -= 1) await cache.byDomain(`n${again}.example`);
    expect(directory.asked).toBe(10);
  });

  it('a directory without domains is not asked', async () => {
    const cache = givenCache();
    Object.assign(directory, { findByDomain: undefined });
    expect(await cache.byDomain('books.acme.example')).toBeNull();
  });
});
