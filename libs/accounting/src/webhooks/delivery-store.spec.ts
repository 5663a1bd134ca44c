import { newId, WebhookConfig } from '@finvera/common';
import {
  asClerk,
  clerk,
  describeWithDatabase,
  type GivenCompany,
  givenCompany,
  twoEntries,
} from '../vouchers/given-company.testing.js';
import { EVENT_TYPE_PATTERN } from './books-event.js';
import { DeliveryStore, type TakenDelivery } from './delivery-store.js';
import { NoteDeliveries } from './note-deliveries.js';

describe('events that may be asked for', () => {
  it.each(['*', 'voucher.*', 'voucher.posted', 'balance.alert', 'financial_year.closed'])('%s', (type) => {
    expect(type).toMatch(EVENT_TYPE_PATTERN);
  });
  it.each(['', 'voucher', 'user.*', 'api_key.created', '*.posted', 'voucher.Posted', 'voucher.posted,x'])(
    '%j is refused',
    (type) => {
      expect(type).not.toMatch(EVENT_TYPE_PATTERN);
    },
  );
});

describeWithDatabase('deliveries of webhooks', () => {
  let company: GivenCompany;
  let store: DeliveryStore;

  beforeAll(async () => {
    company = await givenCompany();
    store = new DeliveryStore(company.dataSource, new WebhookConfig(), company.editLog);
    await company.ledgers.create({ name: 'Capital', group: 'Capital Account' }, clerk);
  });
  afterAll(() => company?.close());

  /** An endpoint that is told of posts from now on. */
  async function givenEndpoint(): Promise<string> {
    await company.keepBooks.run();
    const id = newId();
    await company.sql(
      `INSERT INTO webhook_endpoints (id, url, event_types, noted_through)
        VALUES (?, 'https://example.com/', '["voucher.posted"]', (SELECT COALESCE(MAX(sequence), 0) FROM edit_log_chain))`,
      [id],
    );
    return id;
  }
  const post = async (count: number): Promise<string[]> => {
    const bodies = Array.from({ length: count }, () => twoEntries('Cash', 'Capital', '1.00'));
    return (await company.vouchers.post(bodies, asClerk)).map(({ id }) => id);
  };
  const objectOf = ({ payload }: TakenDelivery) => (payload as { data: { object: { id: string } } }).data.object.id;
  async function taken(endpoint: string, token: string): Promise<TakenDelivery> {
    const next = await store.take(endpoint, token);
    if (next.kind !== 'taken') throw new Error(`nothing to send, wait ${next.waitMs} ms`);
    return next;
  }
  const disable = (id: string) => store.disable(id, 'it is done with');

  it('are noted once each, in the order of the edit log, whoever looks at the same moment', async () => {
    const endpoint = await givenEndpoint();
    const vouchers = [...(await post(3)), ...(await post(2))];
    const looks = Array.from({ length: 6 }, () => new NoteDeliveries(company.dataSource).run());
    await company.keepBooks.run();
    await Promise.all(looks);
    expect((await company.keepBooks.run()).endpoints).toContain(endpoint);
    const noted = await company.sql<{ object_id: string }>(
      'SELECT object_id FROM webhook_deliveries WHERE endpoint_id = ? ORDER BY sequence',
      [endpoint],
    );
    expect(noted.map(({ object_id }) => object_id)).toEqual(vouchers);
    await disable(endpoint);
  });

  it('are sent by one process at a time; the first that fails holds the others', async () => {
    const endpoint = await givenEndpoint();
    const [first, second] = await post(2);
    await company.keepBooks.run();
    const tokens = ['a', 'b', 'c', 'd'];
    const takes = await Promise.all(tokens.map((token) => store.take(endpoint, token)));
    const winner = takes.findIndex(({ kind }) => kind === 'taken');
    expect(takes.filter(({ kind }) => kind === 'taken')).toHaveLength(1);
    const [token, other] = [tokens[winner]!, tokens[(winner + 1) % tokens.length]!];
    const delivery = takes[winner] as TakenDelivery;
    expect([objectOf(delivery), delivery.attempts]).toEqual([first, 1]);
    // whoever else asks comes back when the one who sends would be gone
    expect(await store.take(endpoint, other)).toEqual({ kind: 'nothing', waitMs: expect.any(Number) });

    await store.failed(endpoint, delivery.id, token, { status: 500, error: 'answered 500', pauseMs: 3_600_000 });
    await store.release(endpoint, token);
    const wait = await store.take(endpoint, other);
    expect(wait).toEqual({ kind: 'nothing', waitMs: expect.any(Number) });
    await company.sql("UPDATE webhook_deliveries SET next_attempt_at = '2020-01-01' WHERE id = ?", [delivery.id]);
    const again = await taken(endpoint, other);
    expect([objectOf(again), again.webhookId, again.attempts]).toEqual([first, delivery.webhookId, 2]);

    await store.delivered(endpoint, delivery.id, token, { status: 200 }); // too late: the other one has it
    expect(await company.sql('SELECT status FROM webhook_deliveries WHERE id = ?', [delivery.id])).toEqual([{ status: 'pending' }]); // biome-ignore format: one line
    await store.delivered(endpoint, again.id, other, { status: 200 });
    expect(objectOf(await taken(endpoint, other))).toBe(second);
    await disable(endpoint);
  });

  it('that a process took before it died are taken by another when their time is over', async () => {
    const endpoint = await givenEndpoint();
    const [voucher] = await post(1);
    await company.keepBooks.run();
    const lost = await taken(endpoint, 'dead');
    await company.sql("UPDATE webhook_endpoints SET claimed_until = '2020-01-01' WHERE id = ?", [endpoint]);
    const found = await taken(endpoint, 'alive');
    expect([objectOf(found), found.webhookId, found.attempts]).toEqual([voucher, lost.webhookId, 2]);
    await store.failed(endpoint, found.id, 'alive', { error: 'cannot be reached', pauseMs: null });
    expect(await store.take(endpoint, 'alive')).toEqual({ kind: 'nothing', waitMs: null }); // given up
    expect([await disable(endpoint), await disable(endpoint)]).toEqual([true, false]);
    expect(await store.take(endpoint, 'alive')).toEqual({ kind: 'nothing', waitMs: null });
    const [entry] = await company.sql("SELECT action FROM edit_log WHERE object_type = 'webhook_endpoint' ORDER BY id DESC LIMIT 1"); // biome-ignore format: one line
    expect(entry).toEqual({ action: 'disabled' });
  });
});
