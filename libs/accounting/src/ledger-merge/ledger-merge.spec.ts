import { OpeningBalance } from '../chart/opening-balance.js';
import {
  asAdministrator,
  asClerk,
  clerk,
  describeWithDatabase,
  type GivenCompany,
  givenCompany,
  twoEntries,
} from '../vouchers/given-company.testing.js';
import { MergeLedgers } from './merge-ledgers.js';
import { ReadLedgerMerges } from './read-ledger-merges.js';
import { UndoLedgerMerge } from './undo-ledger-merge.js';

const refused = (code: string) => expect.objectContaining({ code });

describeWithDatabase('Merging ledgers', () => {
  let company: GivenCompany;
  let merges: MergeLedgers;
  let undo: UndoLedgerMerge;
  let names = 0;

  beforeAll(async () => {
    company = await givenCompany();
    const { transaction, settings, read, editLog } = company;
    const openings = new OpeningBalance(settings, editLog);
    merges = new MergeLedgers(transaction, settings, read, openings, editLog);
    undo = new UndoLedgerMerge(transaction, settings, read, openings, editLog);
  });
  afterAll(() => company?.close());

  const ledger = async (body: object = {}) => {
    names += 1;
    return company.ledgers.create({ name: `Party ${names}`, group: 'Sundry Debtors', ...body }, clerk);
  };
  const bill = (name: string, amount: string) => ({ bills: [{ type: 'new_ref' as const, name, amount }] });

  it('moves every voucher as a new version, with its bills, and openings too; undoing brings all of it back', async () => {
    const opening = (amount: string, side: 'debit' | 'credit') => ({
      bill_by_bill: true,
      opening_balance: { amount, side },
    });
    const [one, two] = [await ledger(opening('70.00', 'debit')), await ledger(opening('100.00', 'credit'))];
    const sale = twoEntries(one.name, 'Cash', '50.00');
    const [posted, both, draft, cancelled] = await company.vouchers.post(
      [
        { ...sale, entries: [{ ...sale.entries[0]!, ...bill('INV-1', '50.00') }, sale.entries[1]!] },
        twoEntries(one.name, two.name, '5.00'),
        { ...twoEntries(one.name, 'Cash', '8.00'), status: 'draft' },
        twoEntries(one.name, 'Cash', '9.00'),
      ],
      { ...asClerk, bulk: true },
    );
    await company.cancel.cancel(cancelled!.id, { reason: 'twice' }, asClerk);
    const balances = async () => [
      await company.balanceOf(one.name),
      await company.balanceOf(two.name),
      await company.balanceOf('Suspense A/c'),
    ];
    const before = await balances();
    expect(before.slice(0, 2)).toEqual(['125.00', '-105.00']);

    const merge = await merges.merge(one.id, { into_ledger_id: two.id, reason: 'twice' }, asClerk);
    expect(merge).toMatchObject({ status: 'merged', vouchers: 3, from_ledger: one.name, into_ledger: two.name });
    expect(await balances()).toEqual(['0.00', '20.00', before[2]]);
    const after = await company.read.one(posted!.id);
    expect(after).toMatchObject({
      version: 2,
      number: posted!.number,
      entries: [{ ledger: two.name, bills: [{ name: 'INV-1' }] }, {}],
    });
    expect((await company.read.one(both!.id)).entries.map((entry) => entry.ledger)).toEqual([two.name, two.name]);
    expect((await company.read.one(draft!.id)).entries[0]!.ledger).toBe(two.name);
    expect((await company.read.one(cancelled!.id)).entries[0]!.ledger).toBe(one.name);
    expect(await company.readLedgers.one(one.id)).toMatchObject({
      is_active: false,
      opening_balance: { amount: '0.00' },
    });
    expect((await company.readLedgers.one(two.id)).opening_balance).toEqual({ amount: '30.00', side: 'credit' });
    const logged = await company.sql<{ action: string }>(
      "SELECT action FROM edit_log WHERE object_id = ? AND action = 'altered'",
      [posted!.id],
    );
    expect(logged).toHaveLength(1);

    expect(await undo.undo(merge.id, { reason: 'two after all' }, asClerk)).toMatchObject({ status: 'undone' });
    expect(await balances()).toEqual(before);
    expect((await company.read.one(both!.id)).entries.map((entry) => entry.ledger)).toEqual([one.name, two.name]);
    expect((await company.readLedgers.one(one.id)).is_active).toBe(true);
    await expect(undo.undo(merge.id, {}, asClerk)).rejects.toEqual(refused('merge_undone'));
    const { merges: listed, total } = await new ReadLedgerMerges(company.dataSource).list({
      page: 1,
      limit: 10,
      ledger_id: one.id,
    });
    expect([total, listed[0]]).toEqual([1, expect.objectContaining({ id: merge.id, status: 'undone' })]);
  });

  it('is refused, and changes nothing, where the books would no longer say the same', async () => {
    const [one, plain, rent] = [
      await ledger({ bill_by_bill: true }),
      await ledger(),
      await ledger({ group: 'Indirect Expenses' }),
    ];
    const same = await ledger({ bill_by_bill: true });
    const [cash] = await company.sql<{ id: string }>("SELECT id FROM ledgers WHERE reserved_code = 'cash'");
    for (const [from, into, code] of [
      [one.id, one.id, 'ledgers_same'],
      [one.id, '1', 'ledger_not_found'],
      [one.id, plain.id, 'ledger_bills'],
      [plain.id, rent.id, 'group_nature'],
      [cash!.id, plain.id, 'reserved'],
    ] as const) // biome-ignore format: a table
      await expect(merges.merge(from, { into_ledger_id: into }, asClerk)).rejects.toEqual(refused(code));
    for (const { name } of [one, same]) {
      const sale = twoEntries(name, 'Cash', '50.00');
      await company.vouchers.post(
        [{ ...sale, entries: [{ ...sale.entries[0]!, ...bill('INV-7', '50.00') }, sale.entries[1]!] }],
        asClerk,
      );
    }
    await expect(merges.merge(one.id, { into_ledger_id: same.id }, asClerk)).rejects.toEqual(
      refused('bill_name_taken'),
    );
    expect(await company.balanceOf(one.name)).toBe('50.00');
  });

  it('keeps to locked periods, and is not undone when a voucher was altered since', async () => {
    const [one, two] = [await ledger(), await ledger()];
    const [voucher] = await company.vouchers.post([twoEntries(one.name, 'Cash', '50.00')], asClerk);
    await company.sql("UPDATE company_settings SET lock_date = '2023-05-31'");
    try {
      await expect(
        merges.merge(one.id, { into_ledger_id: two.id, lock_override_reason: 'audit' }, asClerk),
      ).rejects.toEqual(refused('period_locked'));
      await expect(merges.merge(one.id, { into_ledger_id: two.id }, asAdministrator)).rejects.toEqual(
        refused('period_locked'),
      );
      const merge = await merges.merge(
        one.id,
        { into_ledger_id: two.id, lock_override_reason: 'audit' },
        asAdministrator,
      );
      expect((await company.read.one(voucher!.id)).lock_override_reason).toBe('audit');
      const body = { ...twoEntries(two.name, 'Cash', '60.00'), lock_override_reason: 'audit' };
      await company.alter.alter(voucher!.id, body, asAdministrator);
      await expect(undo.undo(merge.id, { lock_override_reason: 'audit' }, asAdministrator)).rejects.toEqual(
        refused('merge_changed'),
      );
    } finally {
      await company.sql('UPDATE company_settings SET lock_date = NULL');
    }
  });
});
