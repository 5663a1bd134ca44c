import { type GivenTenant, givenPlatform, type Platform } from './support/platform.js';
import { until } from './support/process.js';
import { verifySignature, WebhookReceiver } from './support/webhook-receiver.js';

const TRIES_MAX = 3;
const endpoints = '/api/admin/webhook-endpoints';
const deliveries = '/api/admin/webhook-deliveries';

describe('webhooks', () => {
  let platform: Platform;
  let acme: GivenTenant;
  const receivers: WebhookReceiver[] = [];

  beforeAll(async () => {
    platform = await givenPlatform({
      env: {
        WEBHOOK_PRIVATE_ADDRESSES: 'true',
        WEBHOOK_TIMEOUT_MS: '1000',
        WEBHOOK_TRIES_MAX: String(TRIES_MAX),
        WEBHOOK_RETRY_FIRST_MS: '20',
      },
    });
    acme = await platform.givenTenant();
  });

  afterAll(() => {
    for (const receiver of receivers) receiver.stop();
  });

  /** A receiver of its own, with its endpoint. */
  async function givenEndpoint(event_types: string[] = ['*']) {
    const receiver = await WebhookReceiver.start();
    receivers.push(receiver);
    const { status, body } = await platform.admin.post(endpoints, { url: receiver.url, event_types });
    expect(status).toBe(201);
    return { receiver, id: body.data.webhook_endpoint.id as string, secret: body.data.signing.secret as string };
  }

  const suspend = () => platform.admin.post(`/api/admin/tenants/${acme.id}/suspend`, { reason: 'Non-payment' });
  const deliveriesOf = async (id: string) =>
    (await platform.admin.get(`${deliveries}?endpoint_id=${id}`)).body.data.webhook_deliveries;
  const remove = (id: string) => platform.admin.delete(`${endpoints}/${id}`);

  it('tell whoever wants to know of a change and of operations, signed as Standard Webhooks has it', async () => {
    const all = await givenEndpoint();
    const failures = await givenEndpoint(['operation.failed', 'storage.*']);
    expect(all.secret).toMatch(/^whsec_[A-Za-z0-9+/=]{44}$/);
    await suspend();
    const [suspended] = await all.receiver.until('tenant.suspended');
    expect(verifySignature(suspended!, all.secret)).toMatchObject({
      type: 'tenant.suspended',
      data: {
        tenant_id: acme.id,
        object: { type: 'tenant', id: acme.id },
        before: { status: 'active' },
        after: { status: 'suspended', suspended_reason: 'Non-payment' },
        actor: { name: 'admin@finvera.test' },
      },
    });
    expect(() => verifySignature({ ...suspended!, text: `${suspended!.text} ` }, all.secret)).toThrow();
    expect(() => verifySignature(suspended!, failures.secret)).toThrow();

    await platform.admin.delete(`/api/admin/tenants/${acme.id}`, { confirm: 'DELETE' });
    const [succeeded] = await all.receiver.until('operation.succeeded');
    expect(succeeded!.body.data.after).toMatchObject({ kind: 'delete_tenant', status: 'succeeded' });
    await platform.admin.post(`/api/admin/tenants/${acme.id}/undelete`);
    await all.receiver.until('tenant.undeleted');
    expect(failures.receiver.received).toEqual([]);
    expect(new Set(all.receiver.received.map(({ id }) => id)).size).toBe(all.receiver.received.length);
    await Promise.all([remove(all.id), remove(failures.id)]);
  });

  it('are tried again under the same id until they arrive; redirects are not followed', async () => {
    const { receiver, id, secret } = await givenEndpoint();
    const elsewhere = await givenEndpoint(['storage.*']);
    receiver.answer = (_, before) =>
      [{ status: 500 }, { status: 307, headers: { location: elsewhere.receiver.url } }, { status: 200 }][before]!;
    await suspend();
    const tries = await receiver.until('tenant.suspended', TRIES_MAX);
    expect(new Set(tries.map((webhook) => webhook.id)).size).toBe(1);
    for (const webhook of tries) verifySignature(webhook, secret);
    await until(async () => (await deliveriesOf(id))[0].status === 'delivered', 'noted');
    expect((await deliveriesOf(id))[0]).toMatchObject({ attempts: 3, last_status: 200, last_error: null });
    expect(elsewhere.receiver.received).toEqual([]);
    await Promise.all([remove(id), remove(elsewhere.id)]);
  });

  it('that never arrive are dead letters after so many tries, and can be replayed', async () => {
    const { receiver, id } = await givenEndpoint();
    receiver.answer = () => ({ status: 503 });
    await suspend();
    const [dead] = await until(async () => {
      const { body } = await platform.admin.get(`${deliveries}?endpoint_id=${id}&status=dead`);
      return body.data.webhook_deliveries.length > 0 && body.data.webhook_deliveries;
    }, 'given up');
    expect(dead).toMatchObject({ attempts: TRIES_MAX, last_status: 503, event_type: 'tenant.suspended' });
    expect(receiver.received).toHaveLength(TRIES_MAX);
    const endpoint = await platform.admin.get(`${endpoints}/${id}`);
    expect(endpoint.body.data.webhook_endpoint.failing_since).toEqual(expect.any(String));

    receiver.answer = () => ({ status: 200 });
    const one = await platform.admin.get(`${deliveries}/${dead.id}`);
    expect(one.body.data.webhook_delivery.payload).toMatchObject({ type: 'tenant.suspended' });
    expect((await platform.admin.post(`${deliveries}/${dead.id}/replay`)).status).toBe(202);
    const again = await receiver.until('tenant.suspended', TRIES_MAX + 1);
    expect(new Set(again.map((webhook) => webhook.id)).size).toBe(1);
    await until(
      async () => (await platform.admin.get(`${endpoints}/${id}`)).body.data.webhook_endpoint.failing_since === null,
      'it does not fail any more',
    );
    await remove(id);
  });

  it('of former events are sent on request, from the audit log, also to an endpoint that is new', async () => {
    const { receiver, id, secret } = await givenEndpoint(['tenant.created']);
    const replay = (body: object) => platform.admin.post(`${endpoints}/${id}/replay`, body);
    expect((await replay({ since: 'yesterday' })).status).toBe(400);
    const first = await replay({ since: '2020-01-01T00:00:00Z' });
    expect(first.body.data.replay).toEqual({ queued: 1, next_since: null });
    const [created] = await receiver.until('tenant.created');
    expect(verifySignature(created!, secret)).toMatchObject({ data: { tenant_id: acme.id } });
    await until(async () => (await deliveriesOf(id))[0].status === 'delivered', 'noted');
    expect((await replay({ since: '2020-01-01T00:00:00Z' })).body.data.replay.queued).toBe(0);
    expect((await replay({ since: '2020-01-01T00:00:00Z', which: 'all' })).body.data.replay.queued).toBe(1);
    const both = await receiver.until('tenant.created', 2);
    expect(both[1]!.id).toBe(both[0]!.id);
    await remove(id);
  });

  it('carry two signatures after the secret was changed', async () => {
    const { receiver, id, secret } = await givenEndpoint();
    const { body } = await platform.admin.post(`${endpoints}/${id}/rotate-secret`);
    const { secret: fresh } = body.data.signing;
    expect(fresh).not.toBe(secret);
    const { body: tested } = await platform.admin.post(`${endpoints}/${id}/test`);
    expect(tested.data.test).toMatchObject({ delivered: true, status: 204 });
    const [webhook] = await receiver.until('webhook_endpoint.test');
    verifySignature(webhook!, secret);
    verifySignature(webhook!, fresh);
    await platform.sql('UPDATE webhook_endpoints SET former_secret_until = UTC_TIMESTAMP() WHERE id = ?', [id]);
    await platform.admin.post(`${endpoints}/${id}/test`);
    const [, later] = await receiver.until('webhook_endpoint.test', 2);
    expect(() => verifySignature(later!, secret)).toThrow();
    verifySignature(later!, fresh);
    const stored = await platform.sql<{ secret: string }>('SELECT secret FROM webhook_endpoints WHERE id = ?', [id]);
    expect(stored[0]!.secret).toMatch(/^eyJ/);
    await remove(id);
  });

  it('end where nothing arrives for long, or the receiver says 410; both is in the audit log, and can be taken back', async () => {
    const away = await givenEndpoint();
    away.receiver.answer = () => ({ status: 500 });
    const gone = await givenEndpoint();
    gone.receiver.answer = () => ({ status: 410 });
    await platform.sql('UPDATE webhook_endpoints SET failing_since = UTC_TIMESTAMP(6) - INTERVAL 6 DAY WHERE id = ?', [
      away.id,
    ]);
    await suspend();
    for (const [id, reason] of [
      [away.id, /nothing has arrived/i],
      [gone.id, /410/],
    ] as const) {
      const endpoint = await until(async () => {
        const { body } = await platform.admin.get(`${endpoints}/${id}`);
        return body.data.webhook_endpoint.status === 'disabled' && body.data.webhook_endpoint;
      }, 'disabled');
      expect(endpoint.disabled_reason).toMatch(reason);
      const { body } = await platform.admin.get(`/api/admin/audit-log?action=webhook_endpoint.disabled&search=${id}`);
      expect(body.data.entries[0].after_state.disabled_reason).toMatch(reason);
    }
    const seen = gone.receiver.received.length;
    await suspend();
    gone.receiver.answer = () => ({ status: 200 });
    await platform.admin.put(`${endpoints}/${gone.id}`, { status: 'enabled', event_types: ['tenant.reactivated'] });
    await platform.admin.post(`/api/admin/tenants/${acme.id}/reactivate`);
    await gone.receiver.until('tenant.reactivated');
    const missed = gone.receiver.received.slice(seen).filter(({ body }) => body.type === 'tenant.suspended');
    expect(missed.length).toBeLessThanOrEqual(1); // the one that was answered 410 is tried again; the one in between is not sent
    await Promise.all([remove(away.id), remove(gone.id)]);
  });

  it('are not lost by kill -9 of the worker: what happens meanwhile and what was under way arrives, under the same id', async () => {
    const { receiver, id, secret } = await givenEndpoint();
    receiver.answer = () => null;
    await suspend();
    const [under] = await receiver.until('tenant.suspended');
    await platform.worker!.kill();
    receiver.answer = () => ({ status: 200 });
    await platform.admin.post(`/api/admin/tenants/${acme.id}/reactivate`);
    expect(receiver.received).toHaveLength(1);
    platform.startWorker();
    const [, again] = await receiver.until('tenant.suspended', 2);
    expect(again!.id).toBe(under!.id);
    verifySignature(again!, secret);
    await receiver.until('tenant.reactivated');
    await until(async () => (await deliveriesOf(id)).every(({ status }: { status: string }) => status === 'delivered'), 'all noted'); // biome-ignore format: one line
    await remove(id);
  });

  it.each([
    ['no address', { url: 'nowhere' }],
    ['another protocol', { url: 'ftp://example.com/' }],
    ['a password', { url: 'https://a:b@example.com/' }],
    ['no events', { event_types: [] }],
    ['events that there are not', { event_types: ['voucher.posted'] }],
    ['a field that there is not', { secret: 'mine' }],
  ])('%s: refused, and nothing is stored', async (_, change) => {
    const before = await platform.sql('SELECT id FROM webhook_endpoints');
    const { status, body } = await platform.admin.post(endpoints, {
      url: 'https://example.com/',
      event_types: ['*'],
      ...change,
    });
    expect([status, body.code]).toEqual([400, 'validation_failed']);
    expect(await platform.sql('SELECT id FROM webhook_endpoints')).toEqual(before);
  });

  it('are steered from the command line', async () => {
    const receiver = await WebhookReceiver.start();
    receivers.push(receiver);
    const cli = async (...args: string[]) => {
      const command = platform.startCli('webhooks', ...args, '--json');
      expect([(await command.ended).code, command.output]).toEqual([0, expect.any(String)]);
      return JSON.parse(command.printed);
    };
    const [added] = await cli('add', receiver.url, '--events', 'tenant.*,operation.failed');
    const [listed, tested, replayed] = await Promise.all([
      cli('list'),
      cli('test', added.id),
      cli('replay', added.id, '--since', '2020-01-01'),
    ]);
    expect(listed).toMatchObject([{ id: added.id, event_types: ['tenant.*', 'operation.failed'] }]);
    expect(tested).toMatchObject([{ delivered: true }]);
    expect(replayed).toMatchObject([{ queued: expect.any(Number) }]);
    const [webhook] = await receiver.until('webhook_endpoint.test');
    verifySignature(webhook!, added.secret);
    await cli('remove', added.id, '--yes');
  });
});
