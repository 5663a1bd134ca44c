import { createConnection } from 'mysql2/promise';
import { call } from './support/http.js';
import { credentialsOf, userFaults, userRecords } from './support/database-users.js';
import { Load, unless } from './support/load.js';
import { type GivenTenant, givenPlatform, type Platform } from './support/platform.js';
import { RowGate } from './support/row-gate.js';
import { AppProcess, until } from './support/process.js';

const STEPS = ['prepare', 'create_user', 'prove', 'switch', 'announce', 'drain', 'drop_user'];
const UNDO_STEPS = ['prove', 'create_user', 'prepare'];

async function givenTenants(platform: Platform, count: number): Promise<GivenTenant[]> {
  const tenants: GivenTenant[] = [];
  while (tenants.length < count) tenants.push(...(await Promise.all([platform.givenTenant(), platform.givenTenant()])));
  return tenants.slice(0, count);
}

const finished = (platform: Platform, id: string) =>
  until(
    async () => {
      const { operation } = (await platform.admin.get(`/api/admin/operations/${id}`)).body.data;
      return operation.finished_at ? operation : undefined;
    },
    `operation ${id} finished`,
    40_000,
  );

describe('companies that share the server’s user, with eight clients at work', () => {
  let platform: Platform;
  let tenants: GivenTenant[];

  beforeAll(async () => {
    platform = await givenPlatform({ apis: 2 });
    tenants = await givenTenants(platform, 6);
  });

  it('are hardened, and given new passwords, without one request failing', async () => {
    let made = 0;
    const any = () => tenants[Math.floor(Math.random() * tenants.length)]!.user;
    const load = new Load(platform.ports, 8, [
      async (port) => unless(200)(await call(port, '/api/ledgers?limit=20', { token: any().token })),
      async (port) => {
        made += 1;
        const json = { name: `Ledger ${made}`, group: 'Capital Account' };
        return unless(201)(await call(port, '/api/ledgers', { method: 'POST', token: any().token, json }));
      },
      async (port) => unless(200)(await call(port, '/api/reports/trial-balance', { token: any().token })),
    ]);
    expect(JSON.parse(await printed('tenants', 'harden', '--dry-run', '--json'))).toEqual([
      { server: 'default', companies: 6 },
    ]);
    expect(await hardened()).toBe(0);

    const result = JSON.parse(await printed('tenants', 'harden', '--json'));
    expect(result).toMatchObject({ total: 6, changed: 6, failed: 0, failures: [] });
    expect(await hardened()).toBe(6);
    const before = await Promise.all(tenants.map(({ id }) => credentialsOf(platform, id)));

    expect(await platform.cli('tenants', 'rotate-password', '--all', '--older-than', '1s')).toContain(
      '6 companies changed, 0 failed',
    );
    const after = await Promise.all(tenants.map(({ id }) => credentialsOf(platform, id)));
    await load.stop();
    process.stdout.write(`\n${load.done} requests while users and passwords were changed\n\n`);
    expect(load.failures).toEqual([]);
    expect(load.done).toBeGreaterThan(300);

    for (const [index, { user, password }] of before.entries()) {
      expect(after[index]!.user).not.toBe(user);
      expect(after[index]!.password).not.toBe(password);
      await expect(signIn(user, password)).rejects.toMatchObject({ code: 'ER_ACCESS_DENIED_ERROR' });
    }
    expect(await userFaults(platform)).toEqual([]);
  }, 120_000);

  it('what cannot be done is refused with a sentence, and changes nothing', async () => {
    const path = (id: string, what: string) => platform.admin.post(`/api/admin/tenants/${id}/${what}`);
    const [{ id }] = tenants as [GivenTenant];
    expect(await path(id, 'harden')).toMatchObject({ status: 409, body: { code: 'already_hardened' } });
    expect(await path('nobody', 'rotate-password')).toMatchObject({ status: 404, body: { code: 'tenant_not_found' } });
    const shared = await platform.givenTenant();
    expect(await path(shared.id, 'rotate-password')).toMatchObject({
      status: 409,
      body: { code: 'shares_database_user' },
    });
    const { body } = await platform.admin.get('/api/admin/tenants?separate_db_user=false');
    expect(body.data.tenants.map((tenant: { id: string }) => tenant.id)).toEqual([shared.id]);
    const refused = platform.startCli('tenants', 'rotate-password');
    expect([(await refused.ended).code, refused.output]).toEqual([1, expect.stringContaining('or say --all')]);
    await platform.sql('UPDATE tenant_master SET db_name = ? WHERE id = ?', ['finvera_no_such_database', shared.id]);
    const partly = platform.startCli('tenants', 'harden');
    expect([(await partly.ended).code, partly.output]).toEqual([2, expect.stringContaining('1 failed')]);
    await platform.sql('UPDATE tenant_master SET db_name = ? WHERE id = ?', [shared.dbName, shared.id]);
    expect(await userFaults(platform)).toEqual([]);
  }, 60_000);

  it('no process starts that would take the former user away from somebody who still signs in with it', async () => {
    const refused = new AppProcess('worker', { ...platform.env, CREDENTIALS_SETTLE_MS: '4999' });
    expect((await refused.ended).code).toBe(1);
    expect(refused.output).toContain('CREDENTIALS_SETTLE_MS must be at least 5000: a process may sign in');
  });

  async function printed(...args: string[]): Promise<string> {
    const command = platform.startCli(...args);
    const { code } = await command.ended;
    if (code !== 0) throw new Error(`${args.join(' ')}: ${code}\n${command.output}`);
    return command.printed;
  }

  async function hardened(): Promise<number> {
    return (await userRecords(platform)).filter(({ db_user }) => db_user !== null).length;
  }

  async function signIn(user: string, password: string): Promise<void> {
    const { host, port } = platform.database;
    await (await createConnection({ host, port, user, password })).end();
  }
});

describe('a change of database users during which the worker is killed', () => {
  let platform: Platform;
  let tenants: GivenTenant[];
  let broken: GivenTenant[];

  beforeAll(async () => {
    platform = await givenPlatform({
      env: {
        CREDENTIALS_SETTLE_MS: '5000',
        CREDENTIALS_DRAIN_MS: '500',
        OPERATIONS_CONCURRENCY: '16',
        MASTER_DB_POOL_MAX: '40',
        RECONCILE_EVERY_MS: '200',
      },
    });
    tenants = await givenTenants(platform, STEPS.length);
    broken = await givenTenants(platform, UNDO_STEPS.length);
  });

  /** All at once, each stopped at another step, then one SIGKILL; a new worker must finish or undo every one. */
  async function killedAtEachStep(what: 'harden' | 'rotate-password', pauseMs: number): Promise<void> {
    await platform.worker!.kill();
    const start = async ({ id }: GivenTenant): Promise<string> =>
      (await platform.admin.post(`/api/admin/tenants/${id}/${what}`)).body.data.operation.id;
    const going = await Promise.all(tenants.map(start));
    const failing = await Promise.all(broken.map(start));
    const gates = await Promise.all([...going, ...failing].map((id) => RowGate.close(platform, id)));
    try {
      platform.startWorker();
      await Promise.all([
        ...STEPS.map((step, index) => gates[index]!.until((row) => row.step === step, step)),
        ...UNDO_STEPS.map((step, index) =>
          gates[STEPS.length + index]!.until((row) => row.status === 'undoing' && row.step === step, `undoing ${step}`),
        ),
      ]);
      await new Promise((resolve) => setTimeout(resolve, pauseMs)); // what the step does is done by then, and not noted
      await platform.worker!.kill();
    } finally {
      await Promise.all(gates.map((gate) => gate.open()));
    }
    platform.startWorker();
    for (const id of going) expect((await finished(platform, id)).status).toBe('succeeded');
    for (const id of failing) expect((await finished(platform, id)).status).toBe('undone');
    expect(await userFaults(platform)).toEqual([]);
    for (const { user } of tenants) expect((await user.get('/api/ledgers?limit=1')).status).toBe(200);
  }

  /** A database without a table: what proves the new user fails, and the change is undone. */
  async function whileBroken(work: () => Promise<void>): Promise<void> {
    for (const { id, dbName } of broken) {
      await platform.sql('CREATE DATABASE ??', [`${dbName}x`]);
      await platform.sql('UPDATE tenant_master SET db_name = ? WHERE id = ?', [`${dbName}x`, id]);
    }
    await work().finally(async () => {
      for (const { id, dbName } of broken) {
        await platform.sql('UPDATE tenant_master SET db_name = ? WHERE id = ?', [dbName, id]);
        await platform.sql('DROP DATABASE ??', [`${dbName}x`]);
      }
    });
  }

  it('hardening: killed after what a step does, before it is noted', async () => {
    await whileBroken(() => killedAtEachStep('harden', 200));
    const records = await userRecords(platform);
    expect(records.filter(({ db_user }) => db_user !== null)).toHaveLength(STEPS.length);
  }, 90_000);

  it('a new password: killed while the step is being done', async () => {
    for (const { id } of broken)
      await finished(platform, (await platform.admin.post(`/api/admin/tenants/${id}/harden`)).body.data.operation.id);
    const before = await userRecords(platform);
    await whileBroken(() => killedAtEachStep('rotate-password', 0));
    const after = await userRecords(platform);
    const changed = before.filter(({ db_user }, index) => after[index]!.db_user !== db_user).map(({ id }) => id);
    expect(changed.sort()).toEqual(tenants.map(({ id }) => id).sort());
    for (const { user } of broken) expect((await user.get('/api/ledgers?limit=1')).status).toBe(200);
  }, 90_000);

  it('a statement that runs and a transaction that is open end by themselves; what is idle is ended; then the user goes', async () => {
    const [tenant] = tenants as [GivenTenant];
    const { host, port } = platform.database;
    const credentials = await credentialsOf(platform, tenant.id);
    const connect = () => createConnection({ host, port, ...credentials, database: tenant.dbName });
    const connections = [await connect(), await connect(), await connect()] as const;
    try {
      const [running, open, idle] = connections;
      const lost = new Promise((resolve) => idle.once('error', resolve).once('end', resolve));
      const slept = running.query('SELECT SLEEP(4) AS slept');
      await open.query('BEGIN');
      await open.query('UPDATE users SET name = name');
      const { body } = await platform.admin.post(`/api/admin/tenants/${tenant.id}/rotate-password`);
      const during = await platform.admin.post(`/api/admin/tenants/${tenant.id}/rotate-password`);
      expect(during).toMatchObject({ status: 409, body: { code: 'operation_running' } });
      await lost;
      const { findings } = (await platform.admin.get('/api/admin/census')).body.data.census;
      expect(findings.map(({ name }: { name: string }) => name)).not.toContain(credentials.user); // still there, and explained
      await expect(slept).resolves.toMatchObject([[{ slept: 0 }], expect.anything()]);
      await open.query('COMMIT');
      expect((await finished(platform, body.data.operation.id)).status).toBe('succeeded');
      await expect(connect()).rejects.toMatchObject({ code: 'ER_ACCESS_DENIED_ERROR' });
    } finally {
      for (const connection of connections) connection.destroy();
    }
    expect((await tenant.user.get('/api/ledgers?limit=1')).status).toBe(200);
  }, 60_000);

  it('a company whose user has changed is deleted, undeleted and purged like any other', async () => {
    const [, tenant] = tenants as [GivenTenant, GivenTenant];
    const path = `/api/admin/tenants/${tenant.id}`;
    const operation = async (answer: { body: { data: { operation: { id: string } } } }) =>
      (await finished(platform, answer.body.data.operation.id)).status;
    expect(await operation(await platform.admin.delete(path, { confirm: 'DELETE' }))).toBe('succeeded');
    expect(await operation(await platform.admin.post(`${path}/rotate-password`))).toBe('succeeded'); // closed, not gone
    expect(await operation(await platform.admin.post(`${path}/undelete`))).toBe('succeeded');
    await until(async () => (await tenant.user.get('/api/ledgers?limit=1')).status === 200, 'it is open again');
    const purge = { confirm: 'DELETE', company_name: `Company ${tenant.subdomain}` };
    expect(await operation(await platform.admin.delete(`${path}?purge=true`, purge))).toBe('succeeded');
    expect(await userFaults(platform)).toEqual([]);
  }, 60_000);
});
