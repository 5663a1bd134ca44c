import {
  asClerk,
  clerk,
  describeWithDatabase,
  type GivenCompany,
  givenCompany,
  twoEntries,
} from '../vouchers/given-company.testing.js';
import { ChangeMetadata } from '../vouchers/change-metadata.js';

const refused = (code: string) => expect.objectContaining({ code });

describeWithDatabase('Metadata of vouchers and ledgers', () => {
  let company: GivenCompany;

  beforeAll(async () => {
    company = await givenCompany();
    await company.ledgers.create({ name: 'Sales', group: 'Sales Accounts', metadata: { shop: 'north' } }, clerk);
  });
  afterAll(() => company?.close());

  const sale = (metadata?: Record<string, unknown> | null) => ({ ...twoEntries('Cash', 'Sales', '10.00'), metadata });
  const found = async (...metadata: string[]) =>
    (await company.read.list({ page: 1, limit: 50, metadata })).vouchers.map(({ id }) => id);

  it('is kept with a voucher and found by name and value', async () => {
    const [web, shop, none] = await company.vouchers.post(
      [sale({ channel: 'web', order: { id: 7 } }), sale({ channel: 'Shop', order: { id: 7 } }), sale()],
      { ...asClerk, bulk: true },
    );
    expect(web!.metadata).toEqual({ channel: 'web', order: { id: 7 } });
    expect(await company.read.one(web!.id)).toEqual(web);
    expect(none!.metadata).toBeNull();
    expect(await found('channel=web')).toEqual([web!.id]);
    expect(await found('channel=shop')).toEqual([shop!.id]);
    expect((await found('order.id=7')).sort()).toEqual([web!.id, shop!.id].sort());
    expect(await found('order.id=7', 'channel=web')).toEqual([web!.id]);
    expect(await found('channel=other')).toEqual([]);
  });

  it('changes without a version, also in a locked period; an alteration that does not name it leaves it', async () => {
    const metadata = new ChangeMetadata(company.change);
    const [voucher] = await company.vouchers.post([sale({ step: 'one' })], asClerk);
    const altered = await company.alter.alter(voucher!.id, twoEntries('Cash', 'Sales', '20.00'), asClerk);
    expect(altered).toMatchObject({ version: 2, metadata: { step: 'one' } });
    await company.sql("UPDATE company_settings SET lock_date = '2023-05-31'");
    try {
      expect(await metadata.change(voucher!.id, { step: 'two' }, asClerk)).toMatchObject({
        version: 2,
        metadata: { step: 'two' },
      });
    } finally {
      await company.sql('UPDATE company_settings SET lock_date = NULL');
    }
    expect(await found('step=one')).toEqual([]);
    expect(await found('step=two')).toEqual([voucher!.id]);
    const [logged] = await company.sql<{ action: string }>(
      'SELECT action FROM edit_log WHERE object_id = ? ORDER BY id DESC LIMIT 1',
      [voucher!.id],
    );
    expect(logged!.action).toBe('metadata_changed');
    await company.alter.alter(voucher!.id, sale(null), asClerk);
    expect(await found('step=two')).toEqual([]);
    await company.cancel.cancel(voucher!.id, { reason: 'x' }, asClerk);
    await expect(metadata.change(voucher!.id, {}, asClerk)).rejects.toEqual(refused('voucher_already_cancelled'));
    const [draft] = await company.vouchers.post([{ ...sale({ step: 'draft' }), status: 'draft' }], asClerk);
    await company.deleteDraft.delete(draft!.id, asClerk);
    expect(await company.sql("SELECT * FROM voucher_metadata_terms WHERE value = 'draft'")).toEqual([]);
  });

  it('is kept with a ledger too', async () => {
    const list = (...metadata: string[]) => company.readLedgers.list({ page: 1, limit: 50, metadata });
    const { ledgers, total } = await list('shop=north');
    expect([total, ledgers[0]!.name, ledgers[0]!.metadata]).toEqual([1, 'Sales', { shop: 'north' }]);
    await company.ledgers.update(ledgers[0]!.id, { metadata: { shop: 'south', tags: ['a', 'A'] } }, undefined, clerk);
    expect([(await list('shop=north')).total, (await list('shop=south', 'tags=a')).total]).toEqual([0, 1]);
  });

  it('is found by an index', async () => {
    const plan = await company.sql(
      "EXPLAIN SELECT m.voucher_id FROM voucher_metadata_terms m WHERE m.name = 'channel' AND m.value = 'web'",
    );
    // the engines tell it in forms of their own
    expect(JSON.stringify(plan)).toMatch(/PRIMARY/);
  });

  it('finds ledgers that were mistyped, the nearest first', async () => {
    for (const name of ['Sharma Traders', 'Sharma & Sons', 'Verma Traders'])
      await company.ledgers.create({ name, group: 'Sundry Debtors' }, clerk);
    const search = async (text: string) =>
      (await company.readLedgers.list({ page: 1, limit: 50, search: text })).ledgers.map(({ name }) => name);
    expect(await search('Sharma Tarders')).toEqual(['Sharma Traders']);
    expect(await search('shrama')).toEqual(['Sharma & Sons', 'Sharma Traders']);
    expect(await search('qqqq wwww')).toEqual([]);
  });
});
