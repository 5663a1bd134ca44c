import { givenPlatform, type Platform, testDatabase } from './support/platform.js';

/** Database servers as administrators know them. */
describe('database servers', () => {
  let platform: Platform;

  beforeAll(async () => {
    platform = await givenPlatform({ worker: false });
  });

  const here = testDatabase();
  const wanted = {
    name: 'second',
    host: 'localhost',
    port: here.port,
    admin_user: here.user,
    admin_password: here.password,
  };

  it('the first one is there, with the number of its companies', async () => {
    await platform.givenTenant();
    const { body, text } = await platform.admin.get('/api/admin/servers');
    expect(body).toMatchObject({
      data: {
        servers: [
          {
            name: 'default', host: here.host, port: here.port, tenants: 1, status: 'active', is_default: true,
            connection_budget: null, replica: null,
          },
        ],
      },
      meta: { total: 1 },
    }); // biome-ignore format: one server
    expect(text).not.toContain('password');
  });

  it('is added after it was signed in to, and changed; both are in the audit log', async () => {
    const added = await platform.admin.post('/api/admin/servers', {
      ...wanted,
      connection_budget: 20,
      status: 'draining',
    });
    expect(added).toMatchObject({ status: 201, body: { data: { server: { name: 'second', connection_budget: 20 } } } });
    const { id } = added.body.data.server;
    const changed = await platform.admin.put(`/api/admin/servers/${id}`, { max_tenants: 5, connection_budget: null });
    expect(changed.body.data.server).toMatchObject({ max_tenants: 5, connection_budget: null, status: 'draining' });
    const log = await platform.admin.get('/api/admin/audit-log?limit=2');
    expect(log.body.data.entries.map(({ action }: { action: string }) => action)).toEqual([
      'server.changed',
      'server.added',
    ]);
    expect(log.text).not.toContain(here.password);
    expect((await platform.admin.get(`/api/admin/servers/${id}`)).body.data.server.max_tenants).toBe(5);
    expect((await platform.admin.get('/api/admin/servers?search=secon')).body.meta.total).toBe(1);
  });

  it.each([
    ['a wrong password', { ...wanted, name: 'x', admin_password: 'wrong' }, 422, 'server_unreachable'],
    ['nobody there', { ...wanted, name: 'x', port: 1 }, 422, 'server_unreachable'],
    ['a name that is taken', { ...wanted, host: '127.1', name: 'second' }, 409, 'server_exists'],
    ['an address that is taken', { ...wanted, name: 'x' }, 409, 'server_exists'],
    ['a URL for a host', { ...wanted, name: 'x', host: 'http://localhost' }, 400, 'validation_failed'],
    ['no name', { ...wanted, name: undefined }, 400, 'validation_failed'],
    ['a replica without a port', { ...wanted, name: 'x', replica: { host: 'localhost' } }, 400, 'validation_failed'],
    ['a replica that is not there', { ...wanted, name: 'x', host: '127.0.1', replica: { host: 'localhost', port: 1 } }, 422, 'server_unreachable'],
  ])('%s is refused, and nothing is changed', async (_, body, status, code) => {
    const before = (await platform.admin.get('/api/admin/servers')).body.data;
    expect(await platform.admin.post('/api/admin/servers', body)).toMatchObject({ status, body: { code } });
    expect((await platform.admin.get('/api/admin/servers')).body.data).toEqual(before);
  }); // biome-ignore format: a table

  it('a change that cannot be is refused', async () => {
    const { servers } = (await platform.admin.get('/api/admin/servers')).body.data;
    const { id, host, port } = servers.find(({ is_default }: { is_default: boolean }) => is_default);
    for (const [change, status, code] of [
      [{ replica: { host, port } }, 400, 'validation_failed'],
      [{ replica: { host: 'localhost', port: 1 } }, 422, 'server_unreachable'],
      [{ name: 'second' }, 409, 'server_exists'],
      [{ name: null }, 400, 'validation_failed'],
      [{ connection_budget: 0 }, 400, 'validation_failed'],
      [{ host: 'elsewhere' }, 400, 'validation_failed'],
    ] as const)
      expect(await platform.admin.put(`/api/admin/servers/${id}`, change)).toMatchObject({ status, body: { code } });
    expect(await platform.admin.put('/api/admin/servers/nobody', { max_tenants: 1 })).toMatchObject({ status: 404 });
    expect((await platform.admin.get('/api/admin/servers')).body.data.servers).toEqual(servers);
  });

  it('the command line lists and changes them', async () => {
    expect(await platform.cli('servers', 'list')).toContain('second');
    const output = await platform.cli('servers', 'set', 'second', '--connection-budget', '30', '--json');
    expect(JSON.parse(output)).toMatchObject([{ name: 'second', connection_budget: 30 }]);
  });
});
