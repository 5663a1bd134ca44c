import { type ClientRequest, request as httpRequest } from 'node:http';
import { type GivenTenant, givenPlatform, type Platform } from './support/platform.js';
import { until } from './support/process.js';

const CLIENTS = 500;
const AT_ONCE_MS = 1_000;

/** Clients that hang up while they wait for a database. */
describe('500 clients that hang up', () => {
  let platform: Platform;
  let acme: GivenTenant;

  beforeAll(async () => {
    platform = await givenPlatform({
      worker: false,
      env: { TENANT_POOL_MAX: '2', MAX_TENANT_CONNECTIONS: '1', RATE_LIMITS: 'off' },
    });
  });

  // its session is read now, and believed for five seconds: nobody has to wait for a connection for that
  beforeEach(async () => {
    acme = await platform.givenTenant();
    expect((await acme.user.get('/api/ledgers')).status).toBe(200);
  });

  const figures = async () => {
    const { body } = await platform.admin.get('/api/admin/connections');
    return body.data.tenants.find(({ tenant_id }: { tenant_id: string }) => tenant_id === acme.id);
  };

  /** A read of the ledgers whose answer nobody has awaited yet. */
  function ask({ user } = acme): { request: ClientRequest; status: Promise<number | undefined> } {
    const headers = { host: user.host, authorization: `Bearer ${user.token}` };
    const request = httpRequest({
      port: platform.port,
      host: '127.0.0.1',
      path: '/api/ledgers',
      headers,
      agent: false,
    });
    const status = new Promise<number | undefined>((resolve) => {
      request.on('response', (response) => resolve(response.resume().statusCode));
      request.on('error', () => resolve(undefined));
    });
    request.end();
    return { request, status };
  }

  it('give back what they waited for at once, also while others of their company wait on', async () => {
    const locker = await platform.connect(acme.dbName);
    await locker.query('LOCK TABLES ledgers WRITE');
    const [first, second] = [ask(), ask()];
    await until(async () => (await figures()).leased >= 2, 'both hold a connection');
    await new Promise((resolve) => setTimeout(resolve, 100));
    const patient = ask();
    await until(async () => (await figures()).waiting === 1, 'the patient one waits');
    const impatient = Array.from({ length: CLIENTS }, () => ask());
    await until(async () => (await figures()).waiting === CLIENTS + 1, 'all wait');
    for (const { request } of impatient) request.destroy();
    await until(async () => (await figures()).waiting === 1, 'their waits have ended', AT_ONCE_MS);
    expect((await figures()).leased).toBe(3);

    await locker.query('UNLOCK TABLES');
    expect(await Promise.all([first, second, patient].map(({ status }) => status))).toEqual([200, 200, 200]);
    await locker.end();
    expect(await figures()).toMatchObject({ leased: 0, waiting: 0 });
  });

  it('leave nobody waiting when all have gone, and the next is served', async () => {
    const locker = await platform.connect(acme.dbName);
    await locker.query('LOCK TABLES ledgers WRITE');
    const all = Array.from({ length: CLIENTS }, () => ask());
    await until(async () => (await figures()).waiting >= CLIENTS - 2, 'all but those with a connection wait');
    for (const { request } of all) request.destroy();
    await until(async () => (await figures()).waiting === 0, 'nobody waits', AT_ONCE_MS);
    await locker.query('UNLOCK TABLES');
    await locker.end();
    expect((await acme.user.get('/api/ledgers')).status).toBe(200);
  });

  it('a place in the cache of companies is given back as well', async () => {
    const bolt = await platform.givenTenant();
    const locker = await platform.connect(acme.dbName);
    await locker.query('LOCK TABLES ledgers WRITE');
    const holding = ask();
    const connections = async () => (await platform.admin.get('/api/admin/connections')).body.data;
    await until(async () => (await figures())?.leased === 1, 'the only place is leased');
    const waiting = ask(bolt);
    await until(async () => (await connections()).waitingForPlace === 1, 'the other company waits for it');
    waiting.request.destroy();
    await until(async () => (await connections()).waitingForPlace === 0, 'its wait has ended', AT_ONCE_MS);
    await locker.query('UNLOCK TABLES');
    await locker.end();
    expect(await holding.status).toBe(200);
  });
});
