import { PLACEMENT_CLASSES } from '@finvera/master-data';
import fc from 'fast-check';
import { pickServer, type ServerCandidate } from './pick-server.js';

const server = (id: string, more: Partial<ServerCandidate> = {}): ServerCandidate => ({
  id,
  host: id,
  port: 3306,
  placementClass: 'standard',
  tenants: 0,
  maxTenants: 100,
  ...more,
});
const load = (openConnections: number, storageUsedMb = 0) => ({ openConnections, maxConnections: 100, storageUsedMb });

const candidates = fc.uniqueArray(
  fc.record({
    id: fc.uuid(),
    host: fc.constant('h'),
    port: fc.constant(3306),
    placementClass: fc.constantFrom(...PLACEMENT_CLASSES),
    tenants: fc.nat(12),
    maxTenants: fc.integer({ min: 1, max: 10 }),
    load: fc.option(
      fc.record({ openConnections: fc.nat(100), maxConnections: fc.constant(100), storageUsedMb: fc.nat(1000) }),
      { nil: undefined },
    ),
  }),
  { selector: ({ id }) => id, maxLength: 8 },
);

describe('the server for a new company', () => {
  it('is of the class of its plan, also when others are emptier', () => {
    const servers = [server('a', { placementClass: 'premium' }), server('b', { tenants: 90 })];
    expect(pickServer(servers, 'standard')?.id).toBe('b');
    expect(pickServer(servers, 'premium')?.id).toBe('a');
    expect(pickServer(servers, 'trial')?.id).toBe('a');
  });

  it('is of another class when those of its own are full, and none when all are', () => {
    const full = server('a', { tenants: 100 });
    expect(pickServer([full, server('b', { placementClass: 'trial' })], 'standard')?.id).toBe('b');
    expect(pickServer([full], 'standard')).toBeUndefined();
    expect(pickServer([], 'standard')).toBeUndefined();
  });

  it('has connections left, if any has', () => {
    const busy = server('a', { load: load(95) });
    expect(pickServer([busy, server('b', { tenants: 80, load: load(20) })], 'standard')?.id).toBe('b');
    expect(pickServer([busy], 'standard')?.id).toBe('a');
  });

  it('uses the least of its places; of equal ones it holds fewer bytes', () => {
    expect(pickServer([server('a', { tenants: 20 }), server('b', { tenants: 30, maxTenants: 1000 })], 'standard')?.id).toBe('b'); // biome-ignore format: one line
    expect(pickServer([server('a', { load: load(1, 9) }), server('b', { load: load(1, 5) })], 'standard')?.id).toBe('b'); // biome-ignore format: one line
  });

  it('has room, and is the same in whatever order they are looked at', () => {
    fc.assert(
      fc.property(candidates, fc.constantFrom(...PLACEMENT_CLASSES), (servers, placementClass) => {
        const picked = pickServer(servers, placementClass);
        const roomy = servers.filter(({ tenants, maxTenants }) => tenants < maxTenants);
        if (!picked) return roomy.length === 0;
        const ofClass = roomy.some((candidate) => candidate.placementClass === placementClass);
        return (
          picked.tenants < picked.maxTenants &&
          (!ofClass || picked.placementClass === placementClass) &&
          pickServer(servers.toReversed(), placementClass) === picked
        );
      }),
    );
  });
});
