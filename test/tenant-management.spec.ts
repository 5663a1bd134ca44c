import { request } from 'node:http';
import { createServer } from 'node:net';
import { call } from './support/http.js';
import { givenPlatform, type Platform } from './support/platform.js';
import { until } from './support/process.js';

const body = (subdomain: string) => ({
  company_name: `Company ${subdomain}`,
  subdomain,
  email: `admin@${subdomain}.example.com`,
  phone: '1234567890',
  subscription_plan: 'standard',
});

describe('creating companies', () => {
  let platform: Platform;

  beforeAll(async () => {
    platform = await givenPlatform();
  });

  it('the same Idempotency-Key with the same body gives the first answer again, the temporary password included', async () => {
    const headers = { 'idempotency-key': 'create-once' };
    const [first, second] = await Promise.all([
      platform.admin.post('/api/admin/tenants', body('once'), { headers }),
      platform.admin.post('/api/admin/tenants', body('once'), { headers }),
    ]);
    const third = await platform.admin.post('/api/admin/tenants', body('once'), { headers });
    expect([first.status, second.status, third.status]).toEqual([201, 201, 201]);
    for (const again of [second, third]) {
      expect(again.body.data.tenant.id).toBe(first.body.data.tenant.id);
      expect(again.body.data.admin_user).toEqual(first.body.data.admin_user);
    }
    const other = await platform.admin.post('/api/admin/tenants', body('twice'), { headers });
    expect(other).toMatchObject({ status: 409, body: { code: 'idempotency_key_reused' } });
    const stored = await platform.sql<{ answer: string }>('SELECT answer FROM idempotency_keys');
    expect(stored.map(({ answer }) => answer).join()).not.toContain(first.body.data.admin_user.temporary_password);
  });

  it('of eight at once with one subdomain one gets it, and nothing of the others is left', async () => {
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => platform.admin.post('/api/admin/tenants', body('wanted'))),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409, 409, 409, 409]);
    const databases = await platform.sql("SHOW DATABASES LIKE 'finvera\\_wanted\\_%'");
    expect(databases).toHaveLength(1);
  });

  it('Prefer: respond-async answers 202 at once, and the operation can be watched', async () => {
    const {
      status,
      headers,
      body: answer,
    } = await platform.admin.post('/api/admin/tenants', body('watched'), { headers: { prefer: 'respond-async' } });
    expect([status, headers['preference-applied']]).toEqual([202, 'respond-async']);
    const events = await new Promise<string>((resolve, reject) => {
      const stream = request(
        {
          port: platform.port,
          host: '127.0.0.1',
          path: `/api/admin/operations/${answer.data.operation.id}/events`,
          headers: { authorization: `Bearer ${platform.admin.token}` },
        },
        (response) => {
          let text = '';
          response.on('data', (chunk: Buffer) => {
            text += chunk.toString();
          });
          response.on('end', () => resolve(text));
        },
      );
      stream.on('error', reject);
      stream.end();
    });
    expect(events).toContain('"status":"succeeded"');
    const read = await platform.admin.get(`/api/admin/tenants/${answer.data.tenant.id}`);
    expect(read.body.data.tenant.status).toBe('active');
  });

  it('what cannot be made is undone: an unreachable server leaves no record, and the subdomain stays free', async () => {
    const nobody = createServer();
    const port = await new Promise<number>((resolve) =>
      nobody.listen(0, '127.0.0.1', () => resolve((nobody.address() as { port: number }).port)),
    );
    await new Promise((resolve) => nobody.close(resolve));
    const [server] = await platform.sql<{ id: string; port: number }>('SELECT id, port FROM database_servers');
    await platform.sql('UPDATE database_servers SET port = ? WHERE id = ?', [port, server!.id]);
    const refused = await platform.admin.post('/api/admin/tenants', body('unlucky'));
    expect(refused).toMatchObject({ status: 503, body: { code: 'database_unavailable' } });
    await platform.sql('UPDATE database_servers SET port = ? WHERE id = ?', [server!.port, server!.id]);
    await until(
      async () => (await platform.admin.post('/api/admin/tenants', body('unlucky'))).status === 201,
      'the subdomain can be taken',
    );
  });

  it('lists page by page, sorted, filtered', async () => {
    const names = async (query: string) =>
      (await platform.admin.get(`/api/admin/tenants?${query}`)).body.data.tenants.map(
        (tenant: { subdomain: string }) => tenant.subdomain,
      );
    expect(await names('sort=subdomain&limit=2')).toEqual(['once', 'unlucky']);
    expect(await names('sort=-subdomain&limit=1&page=2')).toEqual(['wanted']);
    expect(await names('status=suspended')).toEqual([]);
    expect(await names('search=%25')).toEqual([]); // a wildcard is taken literally
    expect(await names('plan=standard&search=ONCE')).toEqual(['once']);
    expect((await platform.admin.get('/api/admin/tenants?sort=db_password')).status).toBe(400);
  });

  it('ten failed sign-ins of an account are followed by 429 with Retry-After, and other accounts notice nothing', async () => {
    const tenant = await platform.givenTenant();
    const login = (password: string) =>
      call(platform.port, '/api/auth/login', {
        method: 'POST',
        json: { subdomain: tenant.subdomain, email: tenant.email, password },
      });
    for (let time = 0; time < 10; time += 1) expect((await login('wrong password')).status).toBe(401);
    const refused = await login(tenant.password);
    expect(refused).toMatchObject({ status: 429, body: { code: 'too_many_failed_sign_ins' } });
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    await platform.givenTenant();
  });
});
