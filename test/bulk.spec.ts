import { createConnection } from 'mysql2/promise';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Answer, call } from './support/http.js';
import { givenPlatform, type GivenTenant, type Platform } from './support/platform.js';
import { AppProcess, until } from './support/process.js';

const row = (subdomain: string, more: object = {}) => ({
  company_name: `Company ${subdomain}`,
  subdomain,
  email: `admin@${subdomain}.example.com`,
  phone: '1234567890',
  subscription_plan: 'trial',
  ...more,
});
const lines = (text: string) => text.trim().split('\n').map((line) => JSON.parse(line)); // biome-ignore format: one line

describe('many companies at once', () => {
  let platform: Platform;
  const bulk = (body: unknown, type = 'application/json', path = '', headers = {}) =>
    call(platform.port, `/api/admin/tenants/bulk${path}`, {
      method: 'POST',
      token: platform.admin.token,
      raw: typeof body === 'string' ? body : JSON.stringify(body),
      headers: { 'content-type': type, ...headers },
    });
  const statuses = ({ body }: Answer) => body.data.results.map(({ status }: { status: string }) => status);
  const run = async (...args: string[]) => {
    const command = new AppProcess('cli', platform.env, args);
    const { code } = await command.ended;
    return { code, output: command.output };
  };

  beforeAll(async () => {
    platform = await givenPlatform({ apis: 2, env: { RECONCILE_EVERY_MS: '200' } });
  });

  it('are made from JSON, a result per row; the same rows again give the first answers again', async () => {
    const tenants = [row('one'), row('two', { admin_password: 'a company password' }), row('three')];
    const first = await bulk({ tenants });
    expect([first.status, statuses(first)]).toEqual([200, ['created', 'created', 'created']]);
    const again = await bulk({ tenants: [...tenants, row('four')] });
    expect(statuses(again)).toEqual(['existing', 'existing', 'existing', 'created']);
    expect(again.body.data.summary).toMatchObject({ rows: 4, created: 1, existing: 3, failed: 0 });
    expect(again.body.data.results[0].admin_user).toEqual(first.body.data.results[0].admin_user);
    const login = await call(platform.port, '/api/auth/login', {
      method: 'POST',
      json: { subdomain: 'two', email: 'admin@two.example.com', password: 'a company password' },
    });
    expect(login.status).toBe(200);
  });

  it('one that cannot be made stops no other, and leaves nothing', async () => {
    const answer = await bulk({ tenants: [row('five'), row('one', { phone: '99999' }), row('six')] });
    expect(statuses(answer)).toEqual(['created', 'failed', 'created']);
    expect(answer.body.data.results[1].code).toBe('subdomain_taken');
    expect(await platform.sql("SHOW DATABASES LIKE 'finvera\\_one\\_%'")).toHaveLength(1);
  });

  it('rows that are wrong are refused before any is made, with row and field', async () => {
    const table = 'company_name,subdomain,email,phone,subscription_plan\nGood,good,a@b.example,12345,trial\n';
    const refused = await bulk(
      `${table}Bad,BAD!,not an address,12345,gold\nGood,good,a@b.example,12345,trial\n`,
      'text/csv',
    );
    expect(refused).toMatchObject({ status: 400, body: { code: 'rows_invalid' } });
    const fields = refused.body.details.map(({ field }: { field: string }) => field);
    expect(fields).toEqual(expect.arrayContaining(['rows.2.subdomain', 'rows.2.email', 'rows.3.subdomain']));
    expect(await platform.sql("SELECT id FROM tenant_master WHERE subdomain = 'good'")).toEqual([]);
    for (const [body, type] of [
      ['{"a"', 'application/x-ndjson'],
      ['a,b\n"', 'text/csv'],
      ['', 'text/csv'],
      [{ tenants: [] }, 'application/json'],
      [{ tenants: 'x' }, 'application/json'],
      [{ tenants: [null] }, 'application/json'],
      [{}, 'application/json'],
      [{ tenants: [row('evil', { role: 'root' })] }, 'application/json'],
    ] as const)
      expect([body, (await bulk(body, type)).status]).toEqual([body, 400]);
    expect((await call(platform.port, '/api/admin/tenants', { method: 'POST', token: platform.admin.token, raw: table, headers: { 'content-type': 'text/csv' } })).status).toBe(415); // biome-ignore format: one line
  });

  it('are made from a table with semicolons and from JSON lines, each result sent when it is there', async () => {
    const table =
      '\ufeffsubdomain;company_name;email;phone;subscription_plan;admin_password\r\nseven;"Seven; & Co";a@b.example;12345;trial;\r\n';
    const dry = await bulk(table, 'text/csv; charset=utf-8', '?dry_run=true');
    expect(statuses(dry)).toEqual(['valid']);
    expect(statuses(await bulk(table, 'text/csv'))).toEqual(['created']);
    const [seven] = await platform.sql<{ company_name: string }>(
      "SELECT company_name FROM tenant_master WHERE subdomain = 'seven'",
    );
    expect(seven!.company_name).toBe('Seven; & Co');
    const streamed = await bulk(
      `${JSON.stringify(row('eight'))}\n\n${JSON.stringify(row('nine'))}`,
      'application/x-ndjson',
      '',
      {
        accept: 'application/x-ndjson',
      },
    );
    expect(streamed.headers['content-type']).toContain('application/x-ndjson');
    const [a, b, { summary }] = lines(streamed.text);
    expect([a.status, b.status, summary.created]).toEqual(['created', 'created', 2]);
  });

  it('finvera tenants create reads a file, checks it, makes it, and goes on where a run broke off', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'finvera-bulk-')), 'new.jsonl');
    const names = ['ten', 'eleven', 'twelve', 'thirteen'];
    writeFileSync(file, names.map((name) => JSON.stringify(row(name))).join('\n'));
    expect((await run('tenants', 'create', '--from', file, '--dry-run')).code).toBe(0);
    expect(await platform.sql("SELECT id FROM tenant_master WHERE subdomain = 'ten'")).toEqual([]);
    const broken = new AppProcess('cli', { ...platform.env, CREATIONS_PER_SERVER: '1' }, [
      'tenants',
      'create',
      '--from',
      file,
      '--json',
    ]);
    await until(async () => broken.output.includes('"row":1'), 'the first row is made');
    await broken.kill();
    await until(async () => (await platform.sql("SELECT id FROM tenant_operations WHERE status NOT IN ('succeeded','undone')")).length === 0, 'what was begun is finished or undone'); // biome-ignore format: one line
    const resumed = await run('tenants', 'create', '--from', file, '--json');
    expect(resumed.code).toBe(0);
    const results = lines(
      resumed.output
        .split('\n')
        .filter((line) => line.startsWith('{'))
        .join('\n'),
    );
    expect(results.map(({ status }) => status)).toContain('existing');
    for (const name of names) expect(await platform.sql(`SHOW DATABASES LIKE 'finvera\\_${name}\\_%'`)).toHaveLength(1);
    const taken = await run('tenants', 'create', 'ten', '--name', 'Ten', '--email', 'a@b.example', '--phone', '12345');
    expect([taken.code, taken.output]).toEqual([2, expect.stringContaining('is taken')]);
    const wrong = await run('tenants', 'create', '--from', `${file}.missing`, '--format', 'csv');
    expect([wrong.code, wrong.output]).toEqual([1, expect.stringContaining('There is no file')]);
  });

  it('are suspended and reactivated together, on every process at once; open work of others is skipped and named', async () => {
    const companies: GivenTenant[] = [];
    for (const name of ['alpha', 'beta', 'gamma']) companies.push(await platform.givenTenant(`group-${name}`));
    const ask = (tenant: GivenTenant, port: number) =>
      call(port, '/api/ledgers', { host: `${tenant.subdomain}.localhost`, token: tenant.user.token });
    for (const tenant of companies)
      for (const port of platform.ports) expect((await ask(tenant, port)).status).toBe(200);
    const busy = companies[2]!;
    const operation = await operationOn(busy.id);
    const foreseen = await bulk({ search: 'group-', dry_run: true }, undefined, '/suspend');
    expect(foreseen.body.data.result.matched).toBe(3);
    const guarded = await bulk({ search: 'group-', expected_count: 2 }, undefined, '/suspend');
    expect(guarded).toMatchObject({ status: 409, body: { code: 'tenants_count_differs', matched: 3 } });
    const { body } = await bulk({ search: 'group-', reason: 'unpaid', expected_count: 3 }, undefined, '/suspend');
    expect(body.data.result.changed).toHaveLength(2);
    expect(body.data.result.skipped).toEqual([
      { id: busy.id, subdomain: busy.subdomain, code: 'operation_running', operation_id: operation },
    ]);
    const began = performance.now();
    for (const tenant of companies.slice(0, 2))
      for (const port of platform.ports)
        await until(async () => (await ask(tenant, port)).body.code === 'tenant_suspended', 'it is suspended', 1_000);
    expect(performance.now() - began).toBeLessThan(4_000);
    expect((await ask(busy, platform.port)).status).toBe(200);
    await platform.sql("UPDATE tenant_operations SET status = 'cancelled', finished_at = NOW(6) WHERE id = ?", [
      operation,
    ]);

    const cli = await run('tenants', 'reactivate', 'group-alpha', 'group-beta', '--yes', '--json');
    expect(cli.code).toBe(0);
    for (const tenant of companies.slice(0, 2))
      await until(async () => (await ask(tenant, platform.ports[1]!)).status === 200, 'it is active', 1_000);
    expect((await run('tenants', 'suspend', '--plan', 'standard')).code).toBe(1); // nobody was asked, and nothing done
    expect((await bulk({}, undefined, '/suspend')).status).toBe(400);
    expect((await bulk({ tenants: ['nobody-here'] }, undefined, '/suspend')).status).toBe(400);
    const audit = await platform.sql(
      "SELECT id FROM audit_log WHERE action IN ('tenant.suspended', 'tenant.reactivated') AND tenant_id IN (?)",
      [companies.map(({ id }) => id)],
    );
    expect(audit).toHaveLength(4);
  });

  it('whatever is begun on a company at which an operation works is answered 409 with its id', async () => {
    const tenant = await platform.givenTenant();
    const running = await operationOn(tenant.id);
    const failed = await operationOn(tenant.id, 'failed');
    const path = `/api/admin/tenants/${tenant.id}`;
    const answers = [
      await platform.admin.put(path, { company_name: 'Other' }),
      await platform.admin.post(`${path}/suspend`, {}),
      await platform.admin.post(`${path}/reactivate`, {}),
      await platform.admin.post(`${path}/archive`, {}),
      await platform.admin.delete(path, { confirm: 'DELETE' }),
      await platform.admin.delete(`${path}?purge=true`, {
        confirm: 'DELETE',
        company_name: `Company ${tenant.subdomain}`,
      }),
      await platform.admin.post(`/api/admin/operations/${failed}/retry`, {}),
    ];
    for (const { status, body } of answers)
      expect([status, body.code, body.operation_id]).toEqual([409, 'operation_running', running]);
    await platform.sql("UPDATE tenant_operations SET status = 'cancelled', finished_at = NOW(6) WHERE id = ?", [
      running,
    ]);
    const [one, other] = await Promise.all([
      platform.admin.delete(path, { confirm: 'DELETE' }),
      call(platform.ports[1]!, path, { method: 'DELETE', token: platform.admin.token, json: { confirm: 'DELETE' } }),
    ]);
    expect([one.status, other.status].sort()).toEqual([202, 409]);
  });

  /** A row of an operation that no worker knows to do; its id. */
  async function operationOn(tenantId: string, status = 'running'): Promise<string> {
    const [{ id }] = (await platform.sql<{ id: string }>('SELECT UUID() AS id')) as [{ id: string }];
    await platform.sql(
      `INSERT INTO tenant_operations (id, kind, tenant_id, status, input, state, requested_by, requested_by_id, request_id, finished_at)
         VALUES (?, 'delete_tenant', ?, ?, '{}', '{}', 'test', 'test', 'test', IF(? = 'failed', NOW(6), NULL))`,
      [id, tenantId, status, status],
    );
    // whoever holds its lock is at work on it
    holder ??= await createConnection(platform.database);
    await holder.query('SELECT GET_LOCK(?, 10)', [`finvera:op:${id}`]);
    return id;
  }

  let holder: Awaited<ReturnType<typeof createConnection>> | undefined;
  afterAll(() => holder?.end());
});
