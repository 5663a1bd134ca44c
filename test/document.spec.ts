import { call } from './support/http.js';
import { type GivenTenant, givenPlatform, type Platform } from './support/platform.js';
import { AppProcess, until } from './support/process.js';

/** The user's document, section by section, tests named after its sections. */
describe('Multi-Tenant Database Architecture', () => {
  let platform: Platform;
  let acme: GivenTenant;

  beforeAll(async () => {
    platform = await givenPlatform();
    acme = await platform.givenTenant();
  });

  const finished = (operationId: string) =>
    until(async () => {
      const { body } = await platform.admin.get(`/api/admin/operations/${operationId}`);
      return ['succeeded', 'failed', 'undone'].includes(body.data.operation.status) && body.data.operation;
    }, 'operation finished');

  describe('Setup Instructions', () => {
    it('2. Initialize Master Database: twice is once', async () => {
      expect(await platform.cli('init-master')).toMatch(/nothing to migrate/);
      const tables = await platform.sql<Record<string, string>>("SHOW TABLES LIKE 'tenant_master'");
      expect(tables).toHaveLength(1);
    });

    it('4. Create Your First Tenant: record, database, tables, default data, admin user', async () => {
      const answer = await platform.admin.post('/api/admin/tenants', {
        company_name: 'Acme Corp',
        subdomain: 'acmecorp',
        email: 'admin@acme.com',
        phone: '1234567890',
        subscription_plan: 'standard',
      });
      expect(answer.status).toBe(201);
      expect(answer.body.success).toBe(true);
      const { tenant, admin_user } = answer.body.data;
      expect(tenant).toMatchObject({
        company_name: 'Acme Corp',
        subdomain: 'acmecorp',
        status: 'active',
        db_provisioned: true,
      });
      expect(answer.text).not.toMatch(/db_password|password_hash|eyJ/);
      platform.tenants.push(tenant);
      // the temporary password is shown once, and must be changed at the first sign-in
      const signIn = await call(platform.port, '/api/auth/login', {
        method: 'POST',
        json: { subdomain: 'acmecorp', email: admin_user.email, password: admin_user.temporary_password },
      });
      expect(signIn.body.data.user.password_change_required).toBe(true);
      const refused = await call(platform.port, '/api/ledgers', { token: signIn.body.data.token });
      expect(refused).toMatchObject({ status: 403, body: { code: 'password_change_required' } });
      const changed = await call(platform.port, '/api/auth/change-password', {
        method: 'POST',
        token: signIn.body.data.token,
        json: { current_password: admin_user.temporary_password, new_password: 'a password of my own' },
      });
      expect(changed.status).toBe(200);
      expect((await call(platform.port, '/api/ledgers', { token: changed.body.data.token })).status).toBe(200);
      expect((await call(platform.port, '/api/ledgers', { token: signIn.body.data.token })).status).toBe(401);
    });

    it('the default data is Tally’s chart with 28 groups and two ledgers, voucher types, a financial year, roles', async () => {
      const groups = await acme.user.get('/api/account-groups?limit=100');
      expect(groups.body.meta.total).toBe(28);
      const ledgers = await acme.user.get('/api/ledgers');
      expect(ledgers.body.data.ledgers.map((ledger: { name: string }) => ledger.name)).toEqual([
        'Cash',
        'Profit & Loss A/c',
      ]);
      const types = await acme.user.get('/api/voucher-types');
      expect(types.body.data.voucher_types).toHaveLength(10);
      const periods = await acme.user.get('/api/settings/periods');
      expect(periods.body.data.periods.financial_years).toHaveLength(1);
      const roles = await platform.sql<{ code: string }>('SELECT code FROM roles ORDER BY code', [], acme.dbName);
      expect(roles.map(({ code }) => code)).toEqual(['accountant', 'administrator', 'auditor', 'viewer']);
    });
  });

  describe('API Usage: Tenant Resolution', () => {
    it('1. subdomain-based', async () => {
      const answer = await call(platform.port, '/api/auth/me', {
        host: `${acme.subdomain}.localhost`,
        token: acme.user.token,
      });
      expect(answer).toMatchObject({ status: 200, body: { data: { user: { email: acme.email } } } });
    });

    it('2. JWT-based', async () => {
      expect((await call(platform.port, '/api/ledgers', { host: 'localhost', token: acme.user.token })).status).toBe(
        200,
      );
    });

    it('3. explicit tenant_id, for admins alone', async () => {
      const query = await platform.admin.get(`/api/ledgers?tenant_id=${acme.id}`);
      expect(query).toMatchObject({ status: 200, body: { meta: { total: 2 } } });
      const body = await platform.admin.post('/api/ledgers', {
        tenant_id: acme.id,
        name: 'By the platform',
        group: 'Capital Account',
      });
      expect(body.status).toBe(201);
      const other = await platform.givenTenant();
      const stranger = await other.user.get(`/api/ledgers?tenant_id=${acme.id}`);
      expect(stranger).toMatchObject({ status: 403, body: { code: 'tenant_mismatch' } });
      const nobody = await call(platform.port, `/api/ledgers?tenant_id=${acme.id}`);
      expect(nobody.status).toBe(401);
    });
  });

  describe('Tenant Management API', () => {
    it('lists with search, page and limit', async () => {
      const answer = await platform.admin.get(`/api/admin/tenants?page=1&limit=50&search=${acme.subdomain}`);
      expect(answer.body).toMatchObject({
        meta: { page: 1, limit: 50, total: 1 },
        data: { tenants: [{ id: acme.id }] },
      });
    });

    it('reads and updates', async () => {
      const changed = await platform.admin.put(`/api/admin/tenants/${acme.id}`, {
        company_name: 'New Name',
        subscription_plan: 'premium',
      });
      expect(changed.body.data.tenant).toMatchObject({
        company_name: 'New Name',
        subscription_plan: 'premium',
        storage_limit_mb: 10_240,
      });
      const read = await platform.admin.get(`/api/admin/tenants/${acme.id}`);
      expect(read.body.data.tenant).toEqual(changed.body.data.tenant);
    });

    it('suspends and reactivates', async () => {
      const suspended = await platform.admin.post(`/api/admin/tenants/${acme.id}/suspend`, { reason: 'Non-payment' });
      expect(suspended.body.data.tenant).toMatchObject({ status: 'suspended', suspended_reason: 'Non-payment' });
      expect(await acme.user.get('/api/ledgers')).toMatchObject({ status: 403, body: { code: 'tenant_suspended' } });
      const active = await platform.admin.post(`/api/admin/tenants/${acme.id}/reactivate`);
      expect(active.body.data.tenant).toMatchObject({ status: 'active', suspended_reason: null });
      expect((await acme.user.get('/api/ledgers')).status).toBe(200);
    });

    it('deletes with confirmation, takes it back within the grace period, and purges when told', async () => {
      const shortLived = await platform.givenTenant();
      const path = `/api/admin/tenants/${shortLived.id}`;
      for (const body of [undefined, {}, { confirm: 'delete' }, { confirm: true }])
        expect((await platform.admin.delete(path, body)).status).toBe(400);
      expect((await platform.admin.get(path)).body.data.tenant.status).toBe('active');

      const deleted = await platform.admin.delete(path, { confirm: 'DELETE' });
      expect(deleted.status).toBe(202);
      expect((await finished(deleted.body.data.operation.id)).status).toBe('succeeded');
      expect(await shortLived.user.get('/api/ledgers')).toMatchObject({
        status: 403,
        body: { code: 'tenant_deleted' },
      });

      const undeleted = await platform.admin.post(`${path}/undelete`);
      await finished(undeleted.body.data.operation.id);
      expect((await shortLived.user.get('/api/ledgers')).status).toBe(200);

      const untyped = await platform.admin.delete(`${path}?purge=true`, { confirm: 'DELETE' });
      expect(untyped).toMatchObject({ status: 400, body: { code: 'confirmation_missing' } });
      const purged = await platform.admin.delete(`${path}?purge=true`, {
        confirm: 'DELETE',
        company_name: `Company ${shortLived.subdomain}`,
      });
      expect((await finished(purged.body.data.operation.id)).status).toBe('succeeded');
      expect(await platform.sql('SHOW DATABASES LIKE ?', [shortLived.dbName])).toEqual([]);
      expect((await platform.givenTenant(shortLived.subdomain)).dbName).not.toBe(shortLived.dbName);
    });
  });

  it('Database Naming Convention', () => {
    expect(acme.dbName).toMatch(new RegExp(`^finvera_${acme.subdomain}_\\d{13}$`));
  });

  describe('Security Considerations', () => {
    it('1. Database Password Encryption, 2. Separate Database Users: own user, own password, one database', async () => {
      const separate = await givenPlatform({ env: { USE_SEPARATE_DB_USERS: 'true' } });
      const [a, b] = [await separate.givenTenant(), await separate.givenTenant()];
      const rows = await separate.sql<{ db_user: string; db_password: string }>(
        'SELECT db_user, db_password FROM tenant_master',
      );
      expect(new Set(rows.map(({ db_user }) => db_user)).size).toBe(2);
      for (const { db_password } of rows) {
        const header = JSON.parse(Buffer.from(db_password.split('.')[0]!, 'base64url').toString());
        expect(header).toMatchObject({ alg: 'dir', enc: 'A256CBC-HS512' });
      }
      expect((await a.user.get('/api/ledgers')).status).toBe(200);
      const [{ db_user }] = (await separate.sql<{ db_user: string }>('SELECT db_user FROM tenant_master WHERE id = ?', [
        a.id,
      ])) as [{ db_user: string }];
      const grants = await separate.sql<Record<string, string>>("SHOW GRANTS FOR ?@'%'", [db_user]);
      const databases = grants.map((grant) => /ON `([^`]+)`/.exec(Object.values(grant)[0]!)?.[1]).filter(Boolean);
      expect(databases).toEqual([a.dbName.replaceAll('_', '\\_')]);
      expect(b.dbName).not.toBe(a.dbName);
      await separate.stop();
    }, 60_000);

    it('4. Tenant Validation: exists, provisioned, active', async () => {
      const host = (subdomain: string) => ({
        host: `${subdomain}.localhost`,
        method: 'POST',
        json: { email: 'a@b.example', password: 'x' },
      });
      expect(await call(platform.port, '/api/auth/login', host('nobody'))).toMatchObject({
        status: 404,
        body: { code: 'tenant_not_found' },
      });
      await platform.sql('UPDATE tenant_master SET db_provisioned = false WHERE id = ?', [acme.id]);
      const answer = await until(async () => {
        const tried = await acme.user.get('/api/ledgers');
        return tried.status !== 200 && tried;
      }, 'the change made by SQL is seen');
      expect(answer).toMatchObject({ status: 503, body: { code: 'tenant_not_provisioned' } });
      expect(answer.headers['retry-after']).toBeDefined();
      await platform.sql('UPDATE tenant_master SET db_provisioned = true WHERE id = ?', [acme.id]);
      await until(async () => (await acme.user.get('/api/ledgers')).status === 200, 'and its end as well');
    });
  });

  it('Performance Optimization, 3. Monitoring: the stats object', async () => {
    const { body } = await platform.admin.get('/api/admin/connections');
    expect(body.data.maxCachedConnections).toBe(50);
    expect(body.data.cachedTenants).toContain(acme.id);
    expect(body.data.activeConnections).toBe(body.data.cachedTenants.length);
  });

  it('Monitoring & Maintenance, Health Checks: the flat health object', async () => {
    const { body } = await platform.admin.get(`/api/admin/tenants/${acme.id}/health`);
    expect(body).toEqual({
      database_accessible: true,
      connection_pool_status: 'healthy',
      last_query_time_ms: expect.any(Number),
      storage_used_mb: expect.any(Number),
      storage_limit_mb: 10_240,
    });
    expect(body.storage_used_mb).toBeGreaterThan(0);
  });

  it('Monitoring & Maintenance, Storage Management: stats, and the script that updates them', async () => {
    const { body } = await platform.admin.get(`/api/admin/tenants/${acme.id}/stats`);
    expect(body.data.stats).toMatchObject({ storage_limit_mb: 10_240, storage_used_mb: expect.any(Number) });
    expect(await platform.cli('update-storage-stats')).toMatch(/\d+ companies measured/);
    const { body: after } = await platform.admin.get(`/api/admin/tenants/${acme.id}`);
    expect(after.data.tenant.storage_used_mb).toBeGreaterThan(0);
  });

  describe('Troubleshooting: the SQL as printed', () => {
    it.each([
      "SELECT * FROM information_schema.processlist WHERE db LIKE 'finvera_%'",
      "SHOW DATABASES LIKE 'finvera_%'",
      'SELECT id, subdomain, db_name, db_provisioned FROM tenant_master WHERE db_provisioned = false',
      "SELECT * FROM mysql.slow_log WHERE db = 'finvera_tenant_xxx'",
      "SELECT * FROM tenant_master WHERE id = 'xxx'",
    ])('%s', async (statement) => {
      await expect(platform.sql(statement)).resolves.toBeDefined();
    });

    it('ANALYZE TABLE ledgers; ANALYZE TABLE vouchers;', async () => {
      for (const table of ['ledgers', 'vouchers'])
        expect(await platform.sql(`ANALYZE TABLE ${table}`, [], acme.dbName)).toContainEqual(
          expect.objectContaining({ Msg_text: 'OK' }),
        );
    });
  });

  it('Best Practices, 2. never store tenant_id in tenant databases', async () => {
    const columns = await platform.sql(
      "SELECT table_name FROM information_schema.columns WHERE table_schema = ? AND column_name = 'tenant_id'",
      [acme.dbName],
    );
    expect(columns).toEqual([]);
  });

  it('Best Practices, 8. log all tenant operations for audit trail, append-only', async () => {
    const { body } = await platform.admin.get(`/api/admin/audit-log?tenant_id=${acme.id}`);
    expect(body.data.entries.map((entry: { action: string }) => entry.action)).toEqual(
      expect.arrayContaining(['tenant.created', 'tenant.updated', 'tenant.suspended', 'tenant.reactivated']),
    );
    await expect(platform.sql("UPDATE audit_log SET action = 'x'")).rejects.toThrow(/audit log is not changed/);
    await expect(platform.sql('DELETE FROM audit_log')).rejects.toThrow(/audit log is not deleted/);
  });
});

describe('ENCRYPTION_KEY', () => {
  it.each([
    ['missing', '', /ENCRYPTION_KEY must be set/],
    ['short', 'too short', /at least 32 characters/],
    ['changed', 'another key that has thirty-two letters', /is not the key that the master database/],
  ])(
    'a %s key stops the process with a sentence, and nothing is changed',
    async (_, key, sentence) => {
      const platform = await givenPlatform({ worker: false });
      const before = await platform.sql('SELECT * FROM encryption_keys');
      for (const app of ['api', 'worker'] as const) {
        const wrong = new AppProcess(app, { ...platform.env, PORT: '0', ENCRYPTION_KEY: key });
        expect((await wrong.ended).code).toBe(1);
        expect(wrong.output).toMatch(sentence);
      }
      expect(await platform.sql('SELECT * FROM encryption_keys')).toEqual(before);
      await platform.stop();
    },
    60_000,
  );
});
