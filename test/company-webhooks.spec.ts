import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { call } from './support/http.js';
import { type GivenTenant, givenPlatform, type Platform } from './support/platform.js';
import { until } from './support/process.js';
import { type ReceivedWebhook, verifySignature, WebhookReceiver } from './support/webhook-receiver.js';

const TRIES_MAX = 3;
const TODAY = new Date().toISOString().slice(0, 10);
const endpoints = '/api/webhook-endpoints';
const deliveries = '/api/webhook-deliveries';

describe('webhooks of a company', () => {
  let platform: Platform;
  let acme: GivenTenant;
  let other: GivenTenant;
  const receivers: WebhookReceiver[] = [];
  const mails = mkdtempSync(join(tmpdir(), 'finvera-mails-'));

  beforeAll(async () => {
    platform = await givenPlatform({
      env: {
        WEBHOOK_PRIVATE_ADDRESSES: 'true',
        WEBHOOK_TIMEOUT_MS: '3000',
        WEBHOOK_TRIES_MAX: String(TRIES_MAX),
        WEBHOOK_RETRY_FIRST_MS: '20',
        MAIL_FOLDER: mails,
      },
    });
    [acme, other] = await Promise.all([platform.givenTenant(), platform.givenTenant()]);
  });

  afterAll(() => {
    for (const receiver of receivers) receiver.stop();
    rmSync(mails, { recursive: true, force: true });
  });

  /** A receiver of its own, with its endpoint. */
  async function givenEndpoint(event_types: string[] = ['*'], company = acme) {
    const receiver = await WebhookReceiver.start();
    receivers.push(receiver);
    const { status, body } = await company.user.post(endpoints, { url: receiver.url, event_types });
    expect([status, body.code]).toEqual([201, undefined]);
    return { receiver, id: body.data.webhook_endpoint.id as string, secret: body.data.signing.secret as string };
  }

  async function post(amount: string, debited = 'Cash'): Promise<string> {
    const { status, body } = await acme.user.post('/api/vouchers', {
      voucher_type: 'Receipt',
      date: TODAY,
      entries: [
        { ledger: debited, debit: amount },
        { ledger: 'Profit & Loss A/c', credit: amount },
      ],
    });
    expect(status).toBe(201);
    return body.data.voucher.id;
  }

  const remove = (id: string) => acme.user.delete(`${endpoints}/${id}`);
  const lookAfter = () => platform.admin.post('/api/admin/schedules/company-news/run');
  const deadOf = (id: string) =>
    until(async () => {
      const { body } = await acme.user.get(`${deliveries}?endpoint_id=${id}&status=dead`);
      return body.data.webhook_deliveries.length > 0 && body.data.webhook_deliveries;
    }, 'given up');
  const firsts = (received: readonly ReceivedWebhook[]) => [
    ...new Map(received.map((webhook) => [webhook.id, webhook])).values(),
  ];

  it('tell what happens in its books and no other, in the order of the edit log, signed', async () => {
    await post('1.00');
    const { receiver, id, secret } = await givenEndpoint();
    const ledgersOnly = await givenEndpoint(['ledger.*']);
    const elsewhere = await givenEndpoint(['*'], other);
    const first = await post('100.00');
    const second = await post('50.00');
    await acme.user.put(`/api/vouchers/${first}`, {
      voucher_type: 'Receipt',
      date: TODAY,
      entries: [
        { ledger: 'Cash', debit: '120.00' },
        { ledger: 'Profit & Loss A/c', credit: '120.00' },
      ],
    });
    await acme.user.post(`/api/vouchers/${first}/cancel`, { reason: 'twice' });
    await acme.user.post(`/api/vouchers/${second}/reverse`, { reason: 'returned' });
    await acme.user.post('/api/ledgers', { name: 'Shop till', group: 'Cash-in-Hand' });
    await receiver.until('ledger.created');
    expect(receiver.received.map(({ body }) => [body.type, body.data.object.id])).toEqual([
      ['voucher.posted', first],
      ['voucher.posted', second],
      ['voucher.altered', first],
      ['voucher.cancelled', first],
      ['voucher.posted', expect.any(String)],
      ['voucher.reversed', second],
      ['ledger.created', expect.any(String)],
    ]);
    const cancelled = receiver.received[3]!;
    expect(verifySignature(cancelled, secret)).toMatchObject({
      data: {
        tenant_id: acme.id,
        before: { status: 'posted', total: '120.00' },
        after: { status: 'cancelled', entries: [{ debit: '120.00' }, { credit: '120.00' }] },
        reason: 'twice',
        actor: { kind: 'company', name: acme.email },
      },
    });
    expect(() => verifySignature(cancelled, elsewhere.secret)).toThrow();
    await ledgersOnly.receiver.until('ledger.created');
    expect([ledgersOnly.receiver.received.length, elsewhere.receiver.received.length]).toEqual([1, 0]);
    await Promise.all([remove(id), remove(ledgersOnly.id)]);
  });

  it('hold what comes later until the first has arrived; what never arrives is a dead letter, and can be replayed', async () => {
    const { receiver, id, secret } = await givenEndpoint(['voucher.posted']);
    let isBack = false;
    const bad = await post('7.00');
    receiver.answer = ({ body }) => ({ status: body.data.object.id === bad && !isBack ? 500 : 204 });
    const good = await post('8.00');
    const tries = await receiver.until('voucher.posted', TRIES_MAX + 1);
    expect(tries.map(({ body }) => body.data.object.id)).toEqual([bad, bad, bad, good]);
    expect(new Set(tries.map((webhook) => webhook.id)).size).toBe(2);
    const [dead] = await deadOf(id);
    expect(dead).toMatchObject({ attempts: TRIES_MAX, last_status: 500, object_id: bad, event_type: 'voucher.posted' });
    const read = await acme.user.get(`${deliveries}/${dead.id}`);
    expect(read.body.data.webhook_delivery.payload).toMatchObject({ data: { object: { id: bad } } });

    isBack = true;
    expect((await acme.user.post(`${deliveries}/${dead.id}/replay`)).status).toBe(202);
    const [again] = (await receiver.until('voucher.posted', TRIES_MAX + 2)).slice(-1);
    expect(again!.id).toBe(tries[0]!.id);
    verifySignature(again!, secret);
    expect((await acme.user.post(`${deliveries}/${dead.id}/skip`)).body.code).toBe('webhook_delivery_not_pending');

    const { body } = await acme.user.post(`${endpoints}/${id}/replay`, { since: '2020-01-01T00:00:00Z' });
    expect(body.data.replay).toMatchObject({ queued: expect.any(Number), next_since: null });
    expect(body.data.replay.queued).toBeGreaterThan(1); // also what was before it was there
    await receiver.until('voucher.posted', TRIES_MAX + 2 + body.data.replay.queued);
    await remove(id);
  });

  it('tell of a balance that crosses its threshold, once; so does a mail', async () => {
    const { receiver, id, secret } = await givenEndpoint(['balance.alert']);
    await acme.user.post('/api/ledgers', { name: 'Petty cash', group: 'Cash-in-Hand' });
    const rule = { ledger: 'Petty cash', direction: 'above', threshold: '500.00', mail_to: [acme.email] };
    const made = await acme.user.post('/api/balance-alert-rules', rule);
    expect(made.body.data.balance_alert_rule).toMatchObject({ name: 'Petty cash above 500.00', is_crossed: false });
    await post('500.00', 'Petty cash');
    await post('0.01', 'Petty cash');
    const [alert] = await receiver.until('balance.alert');
    expect(verifySignature(alert!, secret)).toMatchObject({
      data: { object: { name: 'Petty cash' }, after: { threshold: '500.00', rule: 'Petty cash above 500.00' } },
    });
    const listed = await acme.user.get('/api/balance-alerts?status=open');
    expect(listed.body.data.balance_alerts).toMatchObject([{ id: alert!.body.data.object.id, balance: '500.01' }]);
    const seen = await acme.user.post(`/api/balance-alerts/${alert!.body.data.object.id}/acknowledge`, {});
    expect(seen.body.data.balance_alert).toMatchObject({ status: 'acknowledged', acknowledged_by: acme.email });
    expect(receiver.received).toHaveLength(1);
    const [mail, ...others] = await until(async () => {
      const files = readdirSync(mails).filter((file) => file.endsWith('.eml'));
      return files.length > 0 && files;
    }, 'a mail');
    expect(readFileSync(join(mails, mail!), 'utf8')).toMatch(/Petty cash is above 500\.00/);
    expect(others).toEqual([]);
    await remove(id);
  });

  it('are added by whoever administers alone, and send tests; both secrets sign after a change', async () => {
    const { receiver, id, secret } = await givenEndpoint();
    const test = await acme.user.post(`${endpoints}/${id}/test`);
    expect(test.body.data.test).toMatchObject({ delivered: true, status: 204 });
    verifySignature(receiver.received[0]!, secret);
    const rotated = await acme.user.post(`${endpoints}/${id}/rotate-secret`);
    await acme.user.post(`${endpoints}/${id}/test`);
    verifySignature(receiver.received[1]!, secret);
    verifySignature(receiver.received[1]!, rotated.body.data.signing.secret);
    const { body } = await acme.user.post('/api/api-keys', { name: 'few rights', permissions: ['settings:write'] });
    const add = { url: receiver.url, event_types: ['*'] };
    const few = await call(platform.port, endpoints, { method: 'POST', token: body.data.api_key.key, json: add });
    expect([few.status, few.body.code]).toEqual([403, 'forbidden']);
    for (const bad of [
      { ...add, event_types: ['user.*'] },
      { ...add, url: 'ftp://x' },
      { ...add, event_types: [] },
    ])
      expect((await acme.user.post(endpoints, bad)).status).toBe(400);
    const log = await acme.user.get('/api/edit-log?object_type=webhook_endpoint');
    expect(JSON.stringify(log.body)).not.toContain('whsec_');
    expect((await acme.user.get(`${endpoints}/1`)).body.code).toBe('webhook_endpoint_not_found');
    await remove(id);
  });

  it('lose nothing when the process that posted is killed', async () => {
    const { receiver, id } = await givenEndpoint(['voucher.posted']);
    receiver.answer = () => null; // the first try hangs until its process is gone
    const first = await post('1.00');
    await receiver.until('voucher.posted');
    const later = [await post('2.00'), await post('3.00')];
    await platform.apis[0]!.kill();
    receiver.answer = () => ({ status: 204 });
    platform.startApi();
    await platform.untilReady();
    await lookAfter();
    await until(async () => firsts(receiver.received).length >= 3, 'all three arrived', 20_000);
    expect(firsts(receiver.received).map(({ body }) => body.data.object.id)).toEqual([first, ...later]);
    await remove(id);
  });
});
