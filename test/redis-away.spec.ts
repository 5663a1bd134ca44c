import { Caller, call } from './support/http.js';
import { givenOwnRedis, type OwnRedis } from './support/own-redis.js';
import { givenPlatform, type Platform } from './support/platform.js';
import { until } from './support/process.js';

/** Within this an announcement that Redis lost is made up for. */
const BOUND_MS = 5_000;

describe('with Redis away', () => {
  let platform: Platform;
  let redis: OwnRedis;

  beforeAll(async () => {
    redis = await givenOwnRedis();
    platform = await givenPlatform({ apis: 2, env: { REDIS_URL: redis.url } });
  });

  afterAll(async () => {
    await platform.stop();
    await redis.stop();
  });

  it('signing in, keeping books, creating and deleting companies go on, a worker can be stopped; a suspension reaches the other process within five seconds', async () => {
    const acme = await platform.givenTenant();
    redis.kill();
    await until(
      async () => (await call(platform.port, '/api/health/ready')).body?.data?.status === 'degraded',
      'it says so',
    );

    const signIn = await call(platform.port, '/api/auth/login', {
      method: 'POST',
      json: { subdomain: acme.subdomain, email: acme.email, password: acme.password },
    });
    expect(signIn.status).toBe(200);
    expect((await acme.user.post('/api/ledgers', { name: 'Without Redis', group: 'Capital Account' })).status).toBe(
      201,
    );
    const other = await platform.givenTenant();

    const deleted = await platform.admin.delete(`/api/admin/tenants/${other.id}`, { confirm: 'DELETE' });
    await until(async () => {
      const { body } = await platform.admin.get(`/api/admin/operations/${deleted.body.data.operation.id}`);
      return body.data.operation.status === 'succeeded';
    }, 'the worker finds the operation without being woken');
    await platform.worker!.stop();
    expect(await platform.worker!.ended).toEqual({ code: null, signal: 'SIGTERM' }); // by itself, not killed for being late
    platform.startWorker();

    const elsewhere = new Caller(platform.ports[1]!, acme.user.token);
    expect((await elsewhere.get('/api/ledgers')).status).toBe(200);
    await platform.admin.post(`/api/admin/tenants/${acme.id}/suspend`, { reason: 'test' });
    await until(async () => (await elsewhere.get('/api/ledgers')).status === 403, 'the suspension is seen', BOUND_MS);
    await platform.admin.post(`/api/admin/tenants/${acme.id}/reactivate`);

    await redis.revive();
    await until(
      async () => (await call(platform.port, '/api/health/ready')).body?.data?.status === 'ok',
      'it heals by itself',
    );
    await until(async () => (await elsewhere.get('/api/ledgers')).status === 200, 'the reactivation is seen', BOUND_MS);
    await platform.admin.post(`/api/admin/tenants/${acme.id}/suspend`, { reason: 'test' });
    await until(async () => (await elsewhere.get('/api/ledgers')).status === 403, 'announced again', 1_000);
  });
});
