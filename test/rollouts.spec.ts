import { type Fleet, givenFleet, NEWER } from './support/rollouts/fleet.js';
import { until } from './support/process.js';

/**
 * Rollouts over a fleet, on two processes of a later release. django-tenants#1157, archtechx/tenancy#1420: one bad company
 * leaves the others upgraded, itself untouched and serving, and has a way of its own to the end.
 */
describe('a rollout', () => {
  const SIZE = 20;
  let fleet: Fleet;

  beforeAll(async () => {
    fleet = await givenFleet(SIZE);
    fleet.platform.startWorker();
  }, 120_000);

  const count = async (version: 'old' | 'new') =>
    [...(await fleet.versions()).values()].filter((one) => one === version).length;

  it('plans: which companies, which statements, how they run, how long', async () => {
    const { status, body } = await fleet.platform.admin.post('/api/admin/rollouts', { dry_run: true });
    expect(status).toBe(200);
    expect(body.data.plan).toMatchObject({
      target_version: NEWER,
      tenants_total: SIZE,
      waves: [1, 1, 2, SIZE - 4],
      from_versions: [{ version: expect.stringMatching(/^\d{13}$/), tenants: SIZE }],
      migrations: [
        {
          version: NEWER,
          phase: 'expand',
          release: '9.0.0',
          statements: [{ way: 'instant' }, { way: null }, { way: 'in place' }],
        },
      ],
      estimated_from: 'an empty database',
    });
    expect(body.data.plan.tenants).toHaveLength(SIZE);
    expect(await count('old')).toBe(SIZE);
    expect((await fleet.platform.admin.get('/api/admin/rollouts')).body.meta.total).toBe(0);
  });

  it('upgrades 95 %, leaves 5 % untouched and serving, and finishes when they are mended', async () => {
    const poisoned = fleet.tenants.slice(10, 10 + SIZE * 0.05);
    for (const tenant of poisoned) await fleet.poison(tenant);
    const id = await fleet.start({ stop_after_failures: 100 });
    const ended = await fleet.untilStatus(id, 'incomplete');
    expect(ended.counts).toMatchObject({ done: SIZE - poisoned.length, failed: poisoned.length, pending: 0 });
    const versions = await fleet.versions();
    for (const tenant of fleet.tenants) {
      expect([tenant.subdomain, versions.get(tenant.id)]).toEqual([
        tenant.subdomain,
        poisoned.includes(tenant) ? 'old' : 'new',
      ]);
      expect([tenant.subdomain, await fleet.serves(tenant)]).toEqual([tenant.subdomain, true]);
    }
    const { body } = await fleet.platform.admin.get(`/api/admin/rollouts/${id}/tenants?status=failed`);
    expect(body.data.tenants[0].error).toMatchObject({
      code: 'migration_failed',
      message: expect.stringContaining("Duplicate entry '30' for key"),
    });
    const laggards = await fleet.platform.admin.get('/api/admin/rollouts/laggards');
    expect(laggards.body.data.laggards.map(({ tenant_id }: { tenant_id: string }) => tenant_id).sort()).toEqual(
      poisoned.map((tenant) => tenant.id).sort(),
    );
    expect(laggards.body.data.laggards[0]).toMatchObject({
      behind_since: ended.created_at,
      why: { code: 'migration_failed' },
    });

    // not tried again before somebody says that it is mended
    const second = await fleet.untilStatus(await fleet.start(), 'succeeded');
    expect(second.counts).toMatchObject({ skipped: poisoned.length, done: 0, failed: 0 });
    for (const tenant of poisoned) {
      await fleet.cure(tenant);
      expect((await fleet.act(id, `tenants/${tenant.id}/resolve`)).status).toBe(200);
    }
    expect((await fleet.untilStatus(id, 'succeeded')).counts).toMatchObject({ done: SIZE, failed: 0 });
    expect(await count('new')).toBe(SIZE);
  });

  it('django-tenant-schemas#387, hitobito#692: with nothing to migrate it has succeeded at once and asks no company', async () => {
    const { status, body } = await fleet.platform.admin.post('/api/admin/rollouts', {});
    expect([status, body.data.rollout.status, body.data.rollout.tenants_total]).toEqual([202, 'succeeded', 0]);
    const unknown = await fleet.platform.admin.post('/api/admin/rollouts', { tenant_ids: ['nobody'] });
    expect([unknown.status, unknown.body.code]).toEqual([404, 'tenant_not_found']);
  });

  it('goes back, with the migrations’ down', async () => {
    const { body } = await fleet.platform.admin.get('/api/admin/rollouts?sort=created_at');
    const id = body.data.rollouts[0].id;
    expect((await fleet.act(id, 'rollback')).status).toBe(202);
    expect((await fleet.untilStatus(id, 'rolled_back')).counts).toMatchObject({ rolled_back: SIZE });
    expect(await count('old')).toBe(SIZE);
    expect(await fleet.serves(fleet.tenants[0]!)).toBe(true);
  });

  it('stops when its first wave fails, and goes on when somebody resumes it', async () => {
    const [canary] = fleet.tenants;
    await fleet.poison(canary!);
    const id = await fleet.start({ canary_tenant_id: canary!.id });
    const stopped = await fleet.untilStatus(id, 'stopped');
    expect(stopped).toMatchObject({
      wave: 1,
      counts: { failed: 1, done: 0 },
      reason: expect.stringContaining('first wave'),
    });
    const other = await fleet.platform.admin.post('/api/admin/rollouts', {});
    expect([other.status, other.body.code, other.body.rollout_id]).toEqual([409, 'rollout_running', id]);
    await fleet.cure(canary!);
    await fleet.act(id, `tenants/${canary!.id}/resolve`);
    await fleet.act(id, 'resume');
    expect((await fleet.untilStatus(id, 'succeeded')).counts).toMatchObject({ done: SIZE });
    await fleet.act(id, 'rollback');
    await fleet.untilStatus(id, 'rolled_back');
  });

  it('pauses between companies, rolls one wave back, and goes on', async () => {
    // companies go by id: this one is in the second wave, where an open transaction of a client holds it up
    const held = fleet.tenants.toSorted((a, b) => (a.id < b.id ? -1 : 1))[9]!;
    const client = await fleet.platform.connect(held.dbName);
    await client.query('START TRANSACTION');
    await client.query('SELECT * FROM ledgers LIMIT 1');
    const id = await fleet.start({ wave_sizes: ['5', '50%'], concurrency_per_server: 1 });
    await until(
      async () =>
        (
          await fleet.platform.sql(
            "SELECT 1 FROM migration_rollout_tenants WHERE tenant_id = ? AND status = 'running'",
            [held.id],
          )
        ).length > 0,
      'the held company under way',
    );
    expect((await fleet.act(id, 'pause')).body.data.rollout.status).toBe('paused');
    await client.end();
    await until(async () => (await fleet.rollout(id)).counts.running === 0, 'nothing running');
    const { counts } = await fleet.rollout(id);
    expect(counts.pending).toBeGreaterThan(0);
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect((await fleet.rollout(id)).counts).toEqual(counts);
    await fleet.act(id, 'rollback', { wave: 1 });
    const back = await fleet.untilStatus(id, 'paused');
    expect(back.waves[0]).toMatchObject({ rolled_back: 5, done: 0 });
    await fleet.act(id, 'resume');
    const ended = await fleet.untilStatus(id, 'succeeded');
    expect(ended.counts).toMatchObject({ done: SIZE - 5, rolled_back: 5 });
    expect(await count('new')).toBe(SIZE - 5);
    await fleet.act(id, 'rollback');
    await fleet.untilStatus(id, 'rolled_back');
  });

  it('two that start at once are one rollout, and the other is told its id', async () => {
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => fleet.platform.admin.post('/api/admin/rollouts', {})),
    );
    const started = answers.filter(({ status }) => status === 202);
    expect(started).toHaveLength(1);
    const { id } = started[0]!.body.data.rollout;
    for (const { status, body } of answers.filter((answer) => answer !== started[0]))
      expect([status, body.code, body.rollout_id]).toEqual([409, 'rollout_running', id]);
    await fleet.untilStatus(id, 'succeeded');
    const operations = await fleet.platform.admin.get('/api/admin/operations?kind=migrate_tenant&limit=1');
    const [{ most } = { most: '0' }] = await fleet.platform.sql<{ most: string }>(
      'SELECT MAX(attempts) AS most FROM migration_rollout_tenants WHERE rollout_id = ?',
      [id],
    );
    expect([operations.body.data.operations[0].status, Number(most)]).toEqual(['succeeded', 1]);
    await fleet.act(id, 'rollback');
    await fleet.untilStatus(id, 'rolled_back');
  });

  it('waits for windows and for other operations, leaves out who is held, and holds nobody else up', async () => {
    const [windowed, held, busy, skipped] = fleet.tenants.slice(5);
    const { admin } = fleet.platform;
    const hour = new Date(Date.now() + 6 * 3_600_000).toISOString().slice(11, 13);
    const window = { time_zone: 'UTC', window: `${hour}:00-${hour}:30` };
    expect(
      (await admin.put(`/api/admin/tenants/${windowed!.id}/upgrade-window`, window)).body.data.upgrade_window,
    ).toMatchObject(window);
    await admin.put(`/api/admin/tenants/${held!.id}/upgrade-window`, { hold_reason: 'audit' });
    await fleet.platform.sql(
      "INSERT INTO tenant_operations (id, kind, tenant_id, status, input, state, requested_by, requested_by_id, request_id) VALUES ('busy', 'delete_tenant', ?, 'failed', '{}', '{}', 'x', 'x', 'x')",
      [busy!.id],
    );
    const id = await fleet.start({ not_before: new Date(Date.now() + 500).toISOString() });
    expect((await fleet.act(id, `tenants/${skipped!.id}/skip`, { reason: 'not today' })).status).toBe(200);
    await until(async () => (await fleet.rollout(id)).counts.done === SIZE - 4, 'everybody else is done');
    const { body } = await admin.get(`/api/admin/rollouts/${id}/tenants?limit=500`);
    const rows = new Map(body.data.tenants.map((row: { tenant_id: string }) => [row.tenant_id, row]));
    expect(rows.get(windowed!.id)).toMatchObject({
      status: 'pending',
      error: { code: 'window_closed' },
      due_at: expect.stringContaining(`T${hour}:00:00`),
    });
    expect(rows.get(held!.id)).toMatchObject({ status: 'skipped', error: { code: 'held', message: 'audit' } });
    expect(rows.get(skipped!.id)).toMatchObject({
      status: 'skipped',
      error: { code: 'skipped', message: 'not today' },
    });
    expect(rows.get(busy!.id)).toMatchObject({ status: 'pending', error: { code: 'operation_running' } });

    await fleet.platform.sql("UPDATE tenant_operations SET status = 'undone', finished_at = NOW(6) WHERE id = 'busy'");
    await admin.put(`/api/admin/tenants/${windowed!.id}/upgrade-window`, { window: null });
    await fleet.platform.sql(
      "UPDATE migration_rollout_tenants SET due_at = UTC_TIMESTAMP(6) WHERE rollout_id = ? AND status = 'pending'",
      [id],
    );
    await fleet.untilStatus(id, 'succeeded');
    expect((await admin.put(`/api/admin/tenants/${held!.id}/upgrade-window`, { hold_reason: null })).status).toBe(200);
    expect(await count('new')).toBe(SIZE - 2);
  });

  it('rehearses on a copy, of which nothing is left', async () => {
    const behind = fleet.tenants[6]!;
    const { status, body } = await fleet.platform.admin.post('/api/admin/rollouts/rehearsals', {
      of_tenant: behind.id,
    });
    expect(status).toBe(202);
    const operation = await until(async () => {
      const answer = await fleet.platform.admin.get(`/api/admin/operations/${body.data.operation.id}`);
      return answer.body.data.operation.finished_at && answer.body.data.operation;
    }, 'the rehearsal');
    expect(operation).toMatchObject({ status: 'succeeded', error: null });
    expect(operation.result).toMatchObject({
      to_version: NEWER,
      statements: [{ way: 'instant' }, { step: 2 }, { way: 'in place' }],
    });
    expect((await fleet.versions()).get(behind.id)).toBe('old');
    expect(await fleet.platform.sql("SHOW DATABASES LIKE 'scratch\\_finvera\\_%'")).toEqual([]);
  });
});
