import { request as httpRequest } from 'node:http';
import { call } from './support/http.js';
import { type GivenTenant, givenPlatform, type Platform } from './support/platform.js';
import { until } from './support/process.js';

/** What others suffered with a database per tenant; docs/tenancy.md says where each case is tested. */
describe('what others suffered', () => {
  let platform: Platform;
  let a: GivenTenant;
  let b: GivenTenant;

  beforeAll(async () => {
    platform = await givenPlatform({ worker: false });
    [a, b] = [await platform.givenTenant(), await platform.givenTenant()];
  });

  const stats = async (tenant: GivenTenant) => {
    const { body } = await platform.admin.get('/api/admin/connections?limit=500');
    return body.data.tenants.find(({ tenant_id }: { tenant_id: string }) => tenant_id === tenant.id);
  };

  it('nestjs/sequelize#990: a connection for each call. Here two hundred calls share at most five', async () => {
    await Promise.all(Array.from({ length: 200 }, () => a.user.get('/api/ledgers')));
    const { open, connections_opened } = await stats(a);
    expect(open).toBeLessThanOrEqual(5);
    expect(connections_opened).toBeLessThanOrEqual(5);
  });

  it('loopback-next#5056, apartment#185: a pooled connection wandered to another tenant. Here each keeps one database for life', async () => {
    const databases = new Map<string, Set<string>>();
    const look = async () => {
      const rows = await platform.sql<{ id: string; db: string }>(
        'SELECT id, db FROM information_schema.processlist WHERE db IN (?, ?)',
        [a.dbName, b.dbName],
      );
      for (const { id, db } of rows) databases.set(id, (databases.get(id) ?? new Set()).add(db));
    };
    for (let round = 0; round < 12; round += 1) {
      const calls = Array.from({ length: 16 }, (_, index) => (index % 2 ? a : b).user.get('/api/ledgers'));
      await Promise.all([look(), ...calls]);
    }
    await look();
    expect([...databases.values()].filter(({ size }) => size > 1)).toEqual([]);
    expect(new Set([...databases.values()].flatMap((names) => [...names]))).toEqual(new Set([a.dbName, b.dbName]));
  });

  it('llm-gateway#2257, supavisor#842: "not found" was remembered after the creation. Here it is gone with it', async () => {
    const subdomain = `n${Date.now().toString(36)}`;
    const ask = async (token?: string) =>
      (await call(platform.port, '/api/ledgers', { host: `${subdomain}.localhost`, token })).status;
    expect(await ask()).toBe(404);
    const born = await platform.givenTenant(subdomain);
    expect(await ask(born.user.token)).toBe(200);
  });

  it('ujeenet/rustango#989: slow clients held a connection each. Here a body that trickles in holds none', async () => {
    const slow = Array.from({ length: 40 }, () => {
      const request = httpRequest({
        port: platform.port,
        host: '127.0.0.1',
        path: '/api/ledgers',
        method: 'POST',
        headers: {
          authorization: `Bearer ${a.user.token}`,
          'content-type': 'application/json',
          'content-length': 1_000,
        },
      });
      request.on('error', () => undefined);
      request.write('{"name":"half a bod');
      return request;
    });
    for (let round = 0; round < 5; round += 1) expect((await a.user.get('/api/ledgers')).status).toBe(200);
    const { open, idle, waiting } = await stats(a);
    expect({ inUse: open - idle, waiting }).toEqual({ inUse: 0, waiting: 0 });
    for (const request of slow) request.destroy();
    await until(async () => (await stats(a)).leased === 0, 'the leases of clients that hung up ended', 5_000);
  });
});
