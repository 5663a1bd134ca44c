import {
  asClerk,
  clerk,
  describeWithDatabase,
  type GivenCompany,
  givenCompany,
} from '../vouchers/given-company.testing.js';
import type { CreateVoucherDto } from '../vouchers/voucher.dto.js';
import { ExchangeRates } from './exchange-rates.js';
import type { ForeignDto } from './foreign.dto.js';
import { ForeignPositionsFigures } from './foreign-positions-figures.js';
import { PostExchangeDifferences } from './post-exchange-differences.js';
import { ReadForeignPositions } from './read-foreign-positions.js';

const refused = (code: string, field?: string) =>
  expect.objectContaining({
    code,
    ...(field && { details: expect.arrayContaining([expect.objectContaining({ field })]) }),
  });

describeWithDatabase('Foreign currencies', () => {
  let company: GivenCompany;
  let rates: ExchangeRates;
  let differences: PostExchangeDifferences;
  let report: ForeignPositionsFigures;

  beforeAll(async () => {
    company = await givenCompany();
    const { dataSource, transaction, settings, editLog, reader } = company;
    const positions = new ReadForeignPositions();
    rates = new ExchangeRates(dataSource, transaction, settings, editLog);
    report = new ForeignPositionsFigures(reader, settings, positions);
    differences = new PostExchangeDifferences(
      transaction,
      settings,
      positions,
      company.vouchers,
      company.change,
      company.reverse,
      editLog,
    );
    await company.ledgers.create({ name: 'Exports', group: 'Sales Accounts' }, clerk);
    await company.ledgers.create({ name: 'Dollar Bank', group: 'Bank Accounts' }, clerk);
    await company.ledgers.create({ name: 'Globex', group: 'Sundry Debtors', bill_by_bill: true }, clerk);
  });
  afterAll(() => company?.close());

  const post = async (body: CreateVoucherDto) => (await company.vouchers.post([body], asClerk))[0]!;
  const dollars = (debit: string, rate?: string): ForeignDto => ({ currency: 'USD', debit, rate });
  const sale = (foreign: ForeignDto, amount: string, date = '2023-05-02'): CreateVoucherDto => ({
    voucher_type: 'Sales',
    date,
    entries: [
      { ledger: 'Dollar Bank', foreign },
      { ledger: 'Exports', credit: amount },
    ],
  });
  const invoice = (name: string, amount: string, base: string, date: string): CreateVoucherDto => ({
    voucher_type: 'Sales',
    date,
    entries: [
      { ledger: 'Globex', debit: base, foreign: dollars(amount), bills: [{ type: 'new_ref', name, amount: base }] },
      { ledger: 'Exports', credit: base },
    ],
  });
  const receipt = (name: string, amount: string, base: string, date: string): CreateVoucherDto => ({
    voucher_type: 'Receipt',
    date,
    entries: [
      { ledger: 'Cash', debit: base },
      {
        ledger: 'Globex',
        credit: base,
        foreign: { currency: 'USD', credit: amount },
        bills: [{ type: 'agst_ref', name, amount: base }],
      },
    ],
  });
  const rowsOf = async (ledger: string, asOf = '2024-03-31') =>
    (await report.read(asOf, null)).rows.filter((row) => row.ledger === ledger);

  it('have a table of rates, each in the edit log', async () => {
    await rates.set('USD', '2023-05-01', '82.5', clerk);
    await rates.set('USD', '2023-06-01', '83', clerk);
    expect(await rates.set('USD', '2023-05-01', '82.25', clerk)).toEqual({
      currency: 'USD',
      date: '2023-05-01',
      rate: '82.25',
    });
    await rates.set('EUR', '2023-05-01', '90', clerk);
    await rates.delete('EUR', '2023-05-01', clerk);
    await expect(rates.delete('EUR', '2023-05-01', clerk)).rejects.toEqual(refused('exchange_rate_not_found'));
    await expect(rates.set('INR', '2023-05-01', '1', clerk)).rejects.toEqual(refused('validation_failed', 'currency'));
    const { rates: listed, total } = await rates.list({ page: 1, limit: 1, currency: 'USD' });
    expect([listed, total]).toEqual([[{ currency: 'USD', date: '2023-06-01', rate: '83' }], 2]);
    const logged = await company.sql<{ action: string }>(
      "SELECT action FROM edit_log WHERE object_type = 'exchange_rate' ORDER BY id",
    );
    expect(logged.map(({ action }) => action)).toEqual(['created', 'created', 'updated', 'created', 'deleted']);
  });

  it('give an entry its base amount, by the rate sent or by the latest of the table', async () => {
    const sent = await post(sale(dollars('100.00', '83.5'), '8350.00'));
    expect(sent.entries[0]).toMatchObject({
      debit: '8350.00',
      foreign: { currency: 'USD', debit: '100.00', rate: '83.5' },
    });
    expect(await company.read.one(sent.id)).toEqual(sent);
    const looked = await post(sale(dollars('10.01'), '823.32'));
    expect(looked.entries[0]!.foreign).toMatchObject({ rate: '82.25', debit: '10.01' });
    const implied = await post({
      ...sale(dollars('3.00'), '250.00'),
      entries: [
        { ledger: 'Dollar Bank', debit: '250.00', foreign: dollars('3.00') },
        { ledger: 'Exports', credit: '250.00' },
      ],
    });
    expect(implied.entries[0]!.foreign!.rate).toBe('83.3333333333');
    const reversal = await company.reverse.reverse(implied.id, {}, asClerk);
    expect(reversal.entries[0]!.foreign).toMatchObject({ credit: '3.00', debit: null, rate: '83.3333333333' });
    for (const { id } of [sent, looked]) await company.cancel.cancel(id, { reason: 'x' }, asClerk);
    expect(await rowsOf('Dollar Bank')).toEqual([]);
  });

  it('are refused when amounts, sides or rates do not fit', async () => {
    const entry = 'entries.0.foreign';
    for (const [foreign, base, code, field] of [
      [
        { currency: 'USD', debit: '100.00', rate: '83.5' },
        { debit: '8351.00' },
        'foreign_amount_mismatch',
        'entries.0.debit',
      ],
      [{ currency: 'USD', debit: '100.00' }, { credit: '8350.00' }, 'validation_failed', `${entry}.debit`],
      [{ currency: 'USD', debit: '1', credit: '1' }, {}, 'validation_failed', `${entry}.debit`],
      [{ currency: 'USD', debit: '1.001' }, {}, 'validation_failed', `${entry}.debit`],
      [{ currency: 'INR', debit: '1.00' }, {}, 'validation_failed', `${entry}.currency`],
      [{ currency: 'JPY', debit: '100' }, {}, 'exchange_rate_not_found', `${entry}.rate`],
      [{ currency: 'USD', adjusts: 'settlement', debit: '1' }, { debit: '1' }, 'validation_failed', `${entry}.adjusts`],
    ] as [ForeignDto, { debit?: string }, string, string][]) {
      const body = sale(foreign, '8350.00');
      body.entries[0] = { ...body.entries[0]!, ...base };
      await expect(post(body)).rejects.toEqual(refused(code, field));
    }
    await expect(post(sale(dollars('1'), '1', '2023-04-30'))).rejects.toEqual(refused('exchange_rate_not_found'));
  });

  it('leave gain or loss when they are settled, reference by reference, posted once', async () => {
    await post(invoice('INV-1', '100.00', '8300.00', '2023-07-01'));
    await post(invoice('INV-2', '200.00', '16600.00', '2023-07-02'));
    await post(receipt('INV-1', '100.00', '8400.00', '2023-07-10'));
    await post(receipt('INV-2', '50.00', '4100.00', '2023-07-11'));
    expect(
      (await rowsOf('Globex')).map((row) => [
        row.bill,
        row.foreign_balance,
        row.base_balance,
        row.carrying_amount,
        row.realised,
      ]),
    ).toEqual([
      ['INV-1', '0.00', '-100.00', '0.00', '100.00'],
      ['INV-2', '150.00', '12500.00', '12450.00', '-50.00'],
    ]);
    const rehearsal = await differences.settle({ date: '2023-07-31' }, { ...asClerk, dryRun: true });
    const [voucher, ...more] = await differences.settle({ date: '2023-07-31' }, asClerk);
    expect([rehearsal.length, more.length, voucher!.total]).toEqual([1, 0, '150.00']);
    expect(voucher!.entries.map(({ ledger, debit, credit, bills }) => [ledger, debit, credit, bills[0]?.name])).toEqual(
      [
        ['Globex', '100.00', null, 'INV-1'],
        ['Exchange Gain / Loss', null, '100.00', undefined],
        ['Globex', null, '50.00', 'INV-2'],
        ['Exchange Gain / Loss', '50.00', null, undefined],
      ],
    );
    expect(await company.balanceOf('Exchange Gain / Loss')).toBe('-50.00');
    expect((await rowsOf('Globex')).map((row) => [row.bill, row.base_balance, row.realised])).toEqual([
      ['INV-2', '12450.00', '0.00'],
    ]);
    expect(await differences.settle({ date: '2023-07-31' }, asClerk)).toEqual([]);
  });

  it('are revalued to the rate of the day, and back', async () => {
    await rates.set('USD', '2023-08-31', '84', clerk);
    expect((await report.read('2023-08-31', null)).totals.unrealised).toBe('150.00');
    const [revaluation, reversal] = await differences.revalue(
      { date: '2023-08-31', reverse_on: '2023-09-01' },
      asClerk,
    );
    expect(revaluation!.entries[0]).toMatchObject({
      ledger: 'Globex',
      debit: '150.00',
      foreign: { adjusts: 'revaluation' },
      bills: [{ name: 'INV-2' }],
    });
    expect(reversal).toMatchObject({ reversal_of_id: revaluation!.id, date: '2023-09-01' });
    expect((await rowsOf('Globex', '2023-08-31'))[0]).toMatchObject({ base_balance: '12600.00', unrealised: '0.00' });
    expect((await rowsOf('Globex', '2023-09-01'))[0]).toMatchObject({
      base_balance: '12450.00',
      carrying_amount: '12450.00',
      unrealised: '150.00',
    });

    const [kept] = await differences.revalue({ date: '2023-09-30', rates: { USD: '85' } }, asClerk);
    await post(receipt('INV-2', '150.00', '12900.00', '2023-10-05'));
    expect((await rowsOf('Globex'))[0]).toMatchObject({ foreign_balance: '0.00', realised: '150.00' });
    const [settled] = await differences.settle({ date: '2023-10-31', ledger: 'Exports' }, asClerk);
    expect(settled!.total).toBe('150.00');
    expect(await rowsOf('Globex')).toEqual([]);
    expect(kept!.total).toBe('300.00');
    await expect(differences.revalue({ date: '2023-09-30', reverse_on: '2023-09-30' }, asClerk)).rejects.toEqual(
      refused('reversal_not_later'),
    );
  });

  it('are guarded by the database against plain SQL', async () => {
    const { id, entries } = await post(sale(dollars('100.00', '83.5'), '8350.00'));
    await expect(
      company.sql('UPDATE entry_currencies SET rate = 1 WHERE entry_id = ?', [entries[0]!.id]),
    ).rejects.toThrow(/not changed/);
    await expect(company.sql('DELETE FROM entry_currencies WHERE voucher_id = ?', [id])).rejects.toThrow(/posted/);
    const draft = await post({ ...sale(dollars('1', '80'), '80.00'), status: 'draft' });
    const insert =
      'INSERT INTO entry_currencies (entry_id, voucher_id, voucher_version, ledger_id, currency, date, debit, rate) VALUES (?, ?, 1, ?, ?, ?, 1, 80)';
    const { id: entryId, ledger_id: ledgerId } = draft.entries[1]!;
    await expect(company.sql(insert, [entryId, draft.id, ledgerId, 'USD', '2023-05-02'])).rejects.toThrow(
      /foreign_side/,
    );
    await company.deleteDraft.delete(draft.id, asClerk);
  });
});
