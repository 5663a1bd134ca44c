import {
  asClerk,
  clerk,
  describeWithDatabase,
  type GivenCompany,
  givenCompany,
  twoEntries,
} from '../vouchers/given-company.testing.js';
import type { CreateVoucherDto } from '../vouchers/voucher.dto.js';
import { GODOWN, ITEM, ManageStock, UNIT } from './manage-stock.js';
import { PostStockValue } from './post-stock-value.js';
import { ReadStock } from './read-stock.js';
import { StockFigures } from './stock-figures.js';
import type { StockPartDto } from './stock-part.dto.js';
import { StockSettings } from './stock-settings.js';

const refused = (code: string, field?: string) =>
  expect.objectContaining({
    code,
    ...(field && { details: expect.arrayContaining([expect.objectContaining({ field })]) }),
  });

describeWithDatabase('Items and stock', () => {
  let company: GivenCompany;
  let stock: ManageStock;
  let value: PostStockValue;
  let figures: StockFigures;
  let settings: StockSettings;
  let chair: string;
  let unit: string;

  beforeAll(async () => {
    company = await givenCompany();
    const { dataSource, transaction, editLog, vouchers, records, reader } = company;
    const read = new ReadStock();
    stock = new ManageStock(records);
    value = new PostStockValue(transaction, company.settings, read, vouchers, editLog);
    figures = new StockFigures(reader, company.settings, read);
    settings = new StockSettings(dataSource, transaction, editLog);
    await company.ledgers.create({ name: 'Purchases', group: 'Purchase Accounts' }, clerk);
    await company.ledgers.create({ name: 'Sales', group: 'Sales Accounts' }, clerk);
    unit = (await stock.createUnit({ name: 'Nos' }, clerk)).id;
    chair = (await stock.createItem({ name: 'Chair', unit_id: unit }, clerk)).id;
    await stock.createItem(
      {
        name: 'Oil',
        unit_id: (await stock.createUnit({ name: 'l', decimals: 2 }, clerk)).id,
        valuation: 'weighted_average',
      },
      clerk,
    );
    await stock.createGodown({ name: 'Shop' }, clerk);
  });
  afterAll(() => company?.close());

  const post = async (body: CreateVoucherDto) => (await company.vouchers.post([body], asClerk))[0]!;
  const buy = (amount: string, date: string, ...parts: StockPartDto[]) => ({
    ...twoEntries('Purchases', 'Cash', amount, date),
    voucher_type: 'Purchase',
    stock: parts,
  });
  const sell = (amount: string, date: string, ...parts: StockPartDto[]) => ({
    ...twoEntries('Cash', 'Sales', amount, date),
    voucher_type: 'Sales',
    stock: parts,
  });
  const row = async (item: string, asOf = '2024-03-31') =>
    (await figures.read(asOf)).rows.find((one) => one.item === item)!;

  it('move with vouchers, in and out by their type, and between godowns', async () => {
    const bought = await post(
      buy(
        '1000.00',
        '2023-05-01',
        { item: 'chair', quantity: '10', rate: '100.00' },
        { item: 'Oil', quantity: '2.50', amount: '250.00' },
      ),
    );
    expect(
      bought.stock.map(({ item, direction, godown, quantity, amount }) => [item, direction, godown, quantity, amount]),
    ).toEqual([
      ['Chair', 'in', 'Main Location', '10', '1000.00'],
      ['Oil', 'in', 'Main Location', '2.50', '250.00'],
    ]);
    expect(await company.read.one(bought.id)).toEqual(bought);
    await post(buy('2000.00', '2023-05-03', { item_id: chair, quantity: '10', rate: '200.00' }));
    const moved = await post({
      ...twoEntries('Cash', 'Sales', '1.00', '2023-05-04'),
      stock: [{ item: 'Chair', direction: 'transfer', quantity: '4', to_godown: 'Shop' }],
    });
    expect(moved.stock[0]).toMatchObject({ direction: 'transfer', to_godown: 'Shop', amount: null });
    await post(sell('900.00', '2023-05-05', { item: 'Chair', quantity: '12' }));
    expect(await row('Chair')).toMatchObject({ quantity: '8', value: '1600.00', rate: '200.00', is_negative: false });
    expect((await row('Chair')).godowns.map(({ godown, quantity }) => [godown, quantity]).sort()).toEqual([
      ['Main Location', '4'],
      ['Shop', '4'],
    ]);
    expect(await row('Chair', '2023-05-02')).toMatchObject({ quantity: '10', value: '1000.00' });
  });

  it('follow what becomes of their voucher', async () => {
    const before = await row('Oil');
    const bought = await post(buy('30.00', '2023-06-01', { item: 'Oil', quantity: '1', amount: '30.00' }));
    await company.alter.alter(
      bought.id,
      buy('40.00', '2023-06-01', { item: 'Oil', quantity: '2', amount: '40.00' }),
      asClerk,
    );
    expect(await row('Oil')).toMatchObject({ quantity: '4.50', value: '290.00' });
    await company.reverse.reverse(bought.id, {}, asClerk);
    expect((await row('Oil')).quantity).toBe(before.quantity);
    const sold = await post(sell('10.00', '2023-06-02', { item: 'Oil', quantity: '1' }));
    await expect(company.reverse.reverse(sold.id, {}, asClerk)).rejects.toEqual(refused('voucher_moves_stock'));
    await company.cancel.cancel(sold.id, { reason: 'x' }, asClerk);
    expect((await row('Oil')).quantity).toBe(before.quantity);
    const draft = await post({ ...sell('10.00', '2023-06-02', { item: 'Oil', quantity: '1' }), status: 'draft' });
    expect((await row('Oil')).quantity).toBe(before.quantity);
    await company.deleteDraft.delete(draft.id, asClerk);
    await expect(
      company.sql('UPDATE stock_movements SET quantity_in = 99 WHERE voucher_id = ?', [bought.id]),
    ).rejects.toThrow(/not changed/);
    await expect(company.sql('DELETE FROM stock_movements WHERE voucher_id = ?', [bought.id])).rejects.toThrow(
      /posted/,
    );
  });

  it('are refused with the field that is wrong', async () => {
    for (const [part, code, field] of [
      [{ item: 'Table', quantity: '1', rate: '1' }, 'stock_item_not_found', 'stock.0.item'],
      [{ item: 'Chair', godown: 'Nowhere', quantity: '1', rate: '1' }, 'godown_not_found', 'stock.0.godown'],
      [{ item: 'Chair', quantity: '1.5', rate: '1' }, 'validation_failed', 'stock.0.quantity'],
      [{ item: 'Chair', quantity: '0', rate: '1' }, 'validation_failed', 'stock.0.quantity'],
      [{ item: 'Chair', quantity: '1' }, 'validation_failed', 'stock.0.rate'],
      [{ item: 'Chair', quantity: '1', direction: 'out', rate: '1' }, 'validation_failed', 'stock.0.rate'],
      [{ item: 'Chair', quantity: '1', direction: 'transfer' }, 'validation_failed', 'stock.0.to_godown'],
    ] as [StockPartDto, string, string][]) // biome-ignore format: a table
      await expect(post(buy('1.00', '2023-05-01', part))).rejects.toEqual(refused(code, field));
    await expect(stock.updateItem(chair, { valuation: 'weighted_average' }, undefined, clerk)).rejects.toEqual(
      refused('stock_item_in_use'),
    );
    await expect(stock.delete(ITEM, chair, clerk)).rejects.toEqual(refused('stock_item_in_use'));
    await expect(stock.delete(UNIT, unit, clerk)).rejects.toEqual(refused('stock_unit_in_use'));
    const { records } = await company.records.list(GODOWN, { page: 1, limit: 10 });
    await expect(stock.delete(GODOWN, records[0]!.id, clerk)).rejects.toEqual(refused('godown_in_use'));
  });

  it('come into the books with their value, periodically or on each day that they moved', async () => {
    const closing = async () => company.balanceOf('Closing Stock');
    const summary = await figures.read('2023-06-30');
    expect(summary.in_books).toBe('0.00');
    const rehearsal = await value.post({ date: '2023-06-30' }, { ...asClerk, dryRun: true });
    const [voucher, ...more] = await value.post({ date: '2023-06-30' }, asClerk);
    expect([rehearsal.length, more, voucher!.total, voucher!.date]).toEqual([1, [], summary.total, '2023-06-30']);
    expect(await closing()).toBe(summary.total);
    expect(await value.post({ date: '2023-06-30' }, asClerk)).toEqual([]);
    expect(await figures.read('2023-06-30')).toMatchObject({ in_books: summary.total, difference: '0.00' });

    await settings.set('perpetual', clerk);
    const daily = await value.post({ date: '2023-06-30' }, asClerk);
    expect(daily.map(({ date }) => date).slice(0, 3)).toEqual(['2023-05-01', '2023-05-03', '2023-05-05']);
    const onDay = async (date: string) => {
      const [{ net }] = (await company.sql<{ net: string }>(
        "SELECT COALESCE(SUM(e.debit - e.credit), 0) AS net FROM ledgers l JOIN entries e ON e.ledger_id = l.id AND e.in_books = 1 WHERE l.reserved_code = 'closing_stock' AND e.date <= ?",
        [date],
      )) as [{ net: string }];
      return Number(net).toFixed(2);
    };
    for (const date of ['2023-05-01', '2023-05-03', '2023-05-05', '2023-06-30'])
      expect([date, await onDay(date)]).toEqual([date, (await figures.read(date)).total]);
    await post(buy('50.00', '2023-05-02', { item: 'Chair', quantity: '1', amount: '50.00' }));
    expect((await value.post({ date: '2023-06-30' }, asClerk)).length).toBeGreaterThan(0);
    for (const date of ['2023-05-01', '2023-05-02', '2023-05-05', '2023-06-30'])
      expect([date, await onDay(date)]).toEqual([date, (await figures.read(date)).total]);
    expect(await value.post({ date: '2023-06-30' }, asClerk)).toEqual([]);
    expect(await settings.read()).toBe('perpetual');
    await expect(value.post({ date: '2023-06-31' }, asClerk)).rejects.toEqual(refused('validation_failed', 'date'));
  });
});
