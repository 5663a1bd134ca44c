import { Decimal } from '@finvera/common';
import {
  asAdministrator,
  asClerk,
  clerk,
  describeWithDatabase,
  type GivenCompany,
  givenCompany,
  twoEntries,
} from '../vouchers/given-company.testing.js';
import { DecideApproval } from '../approvals/decide-approval.js';
import { ManageApprovalRules } from '../approvals/manage-approval-rules.js';
import { ReadGroupTree } from '../reports/group-tree.js';
import { ExportTally } from '../tally-export/export-tally.js';
import { RemoveForgotten } from './remove-forgotten.js';
import { givenImports } from './given-imports.testing.js';
import { tallyBill, tallyEntry, tallyFile, tallyGroup, tallyLedger, tallyVoucher } from './tally-file.testing.js';

const refused = (code: string) => expect.objectContaining({ code });

const MASTERS = [
  tallyGroup('Sundry Debtors', '&#4; Primary'),
  tallyGroup('Retail', 'North'),
  tallyGroup('North', 'Sundry Debtors'),
  tallyGroup('Own Funds', '', '<ISREVENUE>No</ISREVENUE><ISDEEMEDPOSITIVE>No</ISDEEMEDPOSITIVE>'),
  '<COSTCENTRE NAME="Pune West"><PARENT>Pune</PARENT></COSTCENTRE>',
  '<COSTCENTRE NAME="Pune"><CATEGORY>Branches</CATEGORY><PARENT/></COSTCENTRE>',
  '<VOUCHERTYPE NAME="Tax Invoice"><PARENT>Sales</PARENT></VOUCHERTYPE>',
  '<VOUCHERTYPE NAME="Note for File"><PARENT>Memorandum</PARENT></VOUCHERTYPE>',
  tallyLedger('Profit &amp; Loss A/c', '&#4; Primary', '700.00'),
  tallyLedger('Cash', 'Cash-in-Hand', '-500.00'),
  tallyLedger('Capital', 'Own Funds', '800.00'),
  tallyLedger(
    'Mehta &amp; Sons',
    'Retail',
    '-1000.00',
    `<ISBILLWISEON>Yes</ISBILLWISEON>${tallyBill('OLD-1', 'New Ref', '-600.00', '<BILLDATE>20230115</BILLDATE>')}`,
  ),
  tallyLedger('Sales', 'Sales Accounts'),
  tallyLedger('Rent', 'Indirect Expenses'),
];

const branch = (name: string, amount: string) =>
  `<CATEGORYALLOCATIONS.LIST><CATEGORY>Branches</CATEGORY><COSTCENTREALLOCATIONS.LIST><NAME>${name}</NAME><AMOUNT>${amount}</AMOUNT></COSTCENTREALLOCATIONS.LIST></CATEGORYALLOCATIONS.LIST>`;

const VOUCHERS = [
  tallyVoucher(
    { guid: 'g-1', type: 'Tax Invoice', number: 'TI/1', date: '20230405' },
    tallyEntry(
      'Mehta &amp; Sons',
      '-300.00',
      tallyBill('TI/1', 'New Ref', '-300.00', '<BILLCREDITPERIOD>30 Days</BILLCREDITPERIOD>'),
    ),
    tallyEntry('Sales', '300.00', branch('Pune West', '300.00')),
  ),
  // settles an old bill with more than was paid: the rest of it is an advance, on the other side
  tallyVoucher(
    { guid: 'g-2', type: 'Receipt', number: '1', date: '20230410' },
    tallyEntry('Cash', '-500.00'),
    tallyEntry(
      'Mehta &amp; Sons',
      '500.00',
      tallyBill('OLD-1', 'Agst Ref', '600.00') + tallyBill('ADV', 'New Ref', '-100.00'),
    ),
  ),
  tallyVoucher(
    { guid: 'g-3', type: 'Payment', number: '1', date: '20230411' },
    tallyEntry('Rent', '-50.25'),
    tallyEntry('Cash', '50.25'),
  ),
  tallyVoucher(
    { guid: 'g-4', type: 'Note for File', date: '20230412' },
    tallyEntry('Rent', '-1.00'),
    tallyEntry('Cash', '1.00'),
  ),
  tallyVoucher({ guid: 'g-5', type: 'Sales', more: '<ISCANCELLED>Yes</ISCANCELLED>' }),
  tallyVoucher(
    { guid: 'g-6', more: '<ISOPTIONAL>Yes</ISOPTIONAL>' },
    tallyEntry('Rent', '-9.00'),
    tallyEntry('Cash', '9.00'),
  ),
  tallyVoucher({ guid: 'g-7', type: 'Stock Journal' }),
];
const WHOLE = tallyFile(...MASTERS, ...VOUCHERS);

async function exported({ reader, dataSource, read }: GivenCompany): Promise<string> {
  let text = '';
  for await (const part of new ExportTally(reader, new ReadGroupTree(dataSource), read).write()) text += part;
  return text;
}

/** What a file says, in an order of its own: without ids and numbers, which each company makes itself, and cancelled vouchers. */
const saidBy = (text: string) =>
  text
    .replaceAll('Result', 'Profit &amp; Loss A/c')
    .replace(/finvera-\d+/g, '')
    .replace(/<VOUCHERNUMBER>.*?<\/VOUCHERNUMBER>/g, '')
    .split('\n')
    .filter((line) => !/^<\/?TALLYMESSAGE|<ISCANCELLED>/.test(line))
    .sort();

async function figuresOf({ sql }: GivenCompany) {
  return {
    ledgers: await sql<{ name: string }>(
      `SELECT l.name, g.name AS parent, l.bill_by_bill, SUM(e.debit - e.credit) AS balance, SUM(e.debit) AS debit FROM ledgers l
         JOIN account_groups g ON g.id = l.group_id JOIN entries e ON e.ledger_id = l.id AND e.in_books = 1 GROUP BY l.id ORDER BY balance, l.name`,
    ),
    bills: await sql(
      'SELECT name, MIN(date) AS date, MIN(due_date) AS due, SUM(debit - credit) AS pending FROM bill_allocations WHERE in_books = 1 GROUP BY name ORDER BY name',
    ),
    costs: await sql(
      'SELECT c.name, SUM(a.debit - a.credit) AS sum FROM cost_allocations a JOIN cost_centres c ON c.id = a.cost_centre_id JOIN entries e ON e.id = a.entry_id AND e.in_books = 1 GROUP BY c.id ORDER BY c.name',
    ),
  };
}

describeWithDatabase('An import of books', () => {
  let company: GivenCompany;
  let imports: ReturnType<typeof givenImports>;
  let first: string;
  beforeAll(async () => {
    company = await givenCompany();
    imports = givenImports(company);
  });
  afterAll(() => company?.close());

  const balances = async (...ledgers: string[]) => Promise.all(ledgers.map((ledger) => company.balanceOf(ledger)));
  const vouchersInBooks = async () =>
    Number(
      (
        await company.sql<{ n: number }>(
          "SELECT COUNT(*) AS n FROM vouchers WHERE status = 'posted' AND is_opening = 0",
        )
      )[0]!.n,
    );

  it('shows what becomes of a file, and brings it into the books, reconciled', async () => {
    const staged = await imports.upload(WHOLE);
    first = staged.id;
    expect(staged).toMatchObject({
      status: 'ready',
      format: 'tally_xml',
      period: { from: '2023-04-05', to: '2023-05-02' },
      opening_difference: '0.00',
      problems: [],
      counts: {
        group: { exists: 1, ready: 3 },
        cost_category: { ready: 1 },
        cost_centre: { ready: 2 },
        voucher_type: { ready: 2 },
        ledger: { exists: 2, ready: 4 },
        opening: { ready: 4 },
        voucher: { ready: 5, left_out: 2 },
      },
    });
    expect(await vouchersInBooks()).toBe(0);
    expect(await imports.run(staged.id)).toMatchObject({ status: 'succeeded', progress: { done: 21, total: 21 } });
    expect(await imports.reconcile(staged.id)).toMatchObject({
      reconciled: true,
      rows: [],
      totals: { file: { debit: '1800.00' }, books: { debit: '1800.00', credit: '1800.00' } },
    });
    expect(await balances('Cash', 'Mehta & Sons', 'Rent', 'Suspense A/c', 'Profit & Loss A/c')).toEqual([
      '949.75', '800.00', '50.25', '0.00', '-700.00',
    ]); // biome-ignore format: one list
    const bills = await company.sql<object>(
      `SELECT b.name, b.type, b.date, b.due_date, b.debit - b.credit AS amount FROM bill_allocations b
         JOIN ledgers l ON l.id = b.ledger_id WHERE l.name = 'Mehta & Sons' AND b.in_books = 1 ORDER BY b.date, b.name, b.type`,
    );
    expect(bills).toMatchObject([
      { name: 'OLD-1', type: 'new_ref', date: '2023-01-15', amount: '600.0000' },
      { name: '', type: 'on_account', date: '2023-04-01', amount: '400.0000' },
      { name: 'TI/1', type: 'new_ref', due_date: '2023-05-05', amount: '300.0000' },
      { name: 'ADV', type: 'new_ref', amount: '100.0000' },
      { name: 'OLD-1', type: 'agst_ref', amount: '-600.0000' },
    ]);
    const { vouchers } = await company.read.list({ page: 1, limit: 9, metadata: ['number_in_file=TI/1'] });
    expect(vouchers).toMatchObject([{ voucher_type: 'Tax Invoice', number: '1', status: 'posted' }]);
    expect(vouchers[0]!.entries[1]!.cost_centres).toMatchObject([{ cost_centre: 'Pune West', amount: '300.00' }]);
    expect((await company.read.list({ page: 1, limit: 9, status: 'draft' })).total).toBe(1);
  });

  it('knows again what came before, and what changed since', async () => {
    const again = await imports.upload(WHOLE);
    expect(again.counts).toMatchObject({
      ledger: { exists: 6 },
      opening: { exists: 4 },
      voucher: { repeated: 5, left_out: 2 },
    });
    await imports.run(again.id);
    expect(await vouchersInBooks()).toBe(4);
    expect(await imports.reconcile(again.id)).toMatchObject({ reconciled: true });
    const changed = await imports.upload(WHOLE.replaceAll('50.25', '51.00'));
    expect(changed.problems).toMatchObject([{ code: 'imported_before', kind: 'voucher' }]);
    expect(await imports.reconcile(changed.id)).toMatchObject({ reconciled: false, differing: 2 });
  });

  it('is taken back, and can come again', async () => {
    expect(await imports.undo(first)).toMatchObject({ status: 'undone', undo_reason: 'wrong file' });
    expect(await balances('Cash', 'Mehta & Sons', 'Sales', 'Rent', 'Capital')).toEqual(Array(5).fill('0.00'));
    expect(await vouchersInBooks()).toBe(0);
    const [log] = await company.sql<{ n: number }>(
      "SELECT COUNT(*) AS n FROM edit_log WHERE action = 'cancelled' AND reason = 'wrong file'",
    );
    expect(Number(log!.n)).toBe(4);
    const ledgers = await company.sql<object>(
      "SELECT name, is_active FROM ledgers WHERE name IN ('Mehta & Sons', 'Cash') ORDER BY name",
    );
    expect(ledgers).toMatchObject([
      { name: 'Cash', is_active: 1 },
      { name: 'Mehta & Sons', is_active: 0 },
    ]);
    const again = await imports.upload(WHOLE);
    expect(again.problems).toEqual([]);
    await imports.run(again.id);
    expect(await imports.reconcile(again.id)).toMatchObject({ reconciled: true });
    expect(await balances('Cash', 'Mehta & Sons')).toEqual(['949.75', '800.00']);
    await expect(imports.run(again.id)).rejects.toEqual(refused('import_has_run'));
  });

  it('goes out as a file that another company takes, with equal balances, bills and cost centres', async () => {
    await company.vouchers.post(
      [{ ...twoEntries('Mehta & Sons', 'Sales', '40.00'), narration: 'a < b & \u0004"c"' }],
      asClerk,
    );
    const other = await givenCompany();
    try {
      await other.sql('UPDATE ledgers SET name = ? WHERE reserved_code = ?', ['Result', 'profit_and_loss']);
      const there = givenImports(other);
      const { id, ...staged } = await there.upload(await exported(company));
      expect(staged.problems).toEqual([]);
      await there.run(id);
      expect(await there.reconcile(id)).toMatchObject({ reconciled: true });
      const [here, copied] = [await figuresOf(company), await figuresOf(other)];
      expect(
        copied.ledgers.map(({ name, ...row }) => ({ ...row, name: name === 'Result' ? 'Profit & Loss A/c' : name })),
      ).toEqual(here.ledgers);
      expect([copied.bills, copied.costs]).toEqual([here.bills, here.costs]);
      expect(saidBy(await exported(other))).toEqual(saidBy(await exported(company)));
    } finally {
      await other.close();
    }
  });
});

describeWithDatabase('A row of an import', () => {
  let company: GivenCompany;
  let imports: ReturnType<typeof givenImports>;
  beforeAll(async () => {
    company = await givenCompany();
    imports = givenImports(company);
  });
  afterAll(() => company?.close());

  const balances = async (...ledgers: string[]) => Promise.all(ledgers.map((ledger) => company.balanceOf(ledger)));
  const vouchersInBooks = async () =>
    Number(
      (
        await company.sql<{ n: number }>(
          "SELECT COUNT(*) AS n FROM vouchers WHERE status = 'posted' AND is_opening = 0",
        )
      )[0]!.n,
    );

  const FAULTY = tallyFile(
    tallyLedger('Rent', 'Indirect Expenses'),
    tallyLedger('Lost', 'Nowhere'),
    tallyVoucher({}, tallyEntry('Rent', '-5.00'), tallyEntry('Cash', '5.00')),
    tallyVoucher({}, tallyEntry('Rent', '-5.00'), tallyEntry('Unknown', '5.00')),
    tallyVoucher({}, tallyEntry('Rent', '-5.00'), tallyEntry('Lost', '5.00')),
    tallyVoucher({ date: '20220101' }, tallyEntry('Rent', '-5.00'), tallyEntry('Cash', '5.00')),
    tallyVoucher({}, tallyEntry('Rent', '-5.001'), tallyEntry('Cash', '5.001')),
    tallyVoucher({ type: 'Contra' }, tallyEntry('Rent', '-5.00'), tallyEntry('Cash', '5.00')),
    tallyVoucher({}, tallyEntry('Rent', '-5.00'), tallyEntry('Cash', '4.00')),
  );

  it('names each row that is refused, with line and element', async () => {
    const { id } = await imports.upload(FAULTY);
    const { rows } = await imports.read.rows(id, { page: 1, limit: 50, status: 'refused' });
    expect(rows.map(({ line, column, code }) => [line, column, code])).toEqual([
      [10, 'AMOUNT', 'unreadable'],
      [3, 'PARENT', 'group_not_found'],
      [5, 'LEDGERNAME', 'ledger_not_found'],
      [6, 'LEDGERNAME', 'ledger_refused'],
      [7, 'DATE', 'before_books_begin'],
      [8, 'AMOUNT', 'amount_digits'],
    ]);
    await expect(imports.run(id)).rejects.toEqual(refused('import_has_errors'));
    // what only the posting finds out is a refused row as well
    const ran = await imports.run(id, 'by_row');
    expect(ran).toMatchObject({ status: 'succeeded', counts: { voucher: { done: 1, refused: 5 } } });
    expect(ran.problems.at(-1)).toMatchObject({ line: 9, code: 'contra_needs_cash_or_bank', column: 'entries.0' });
    expect(await balances('Rent')).toEqual(['5.00']);
    const { reconciled, unread_rows, rows: differing } = await imports.reconcile(id);
    expect([reconciled, unread_rows]).toEqual([false, 1]);
    expect(differing.map(({ ledger, difference }) => [ledger, difference])).toContainEqual(['Unknown', '-5.00']);
  });

  it('leaves nothing when all or nothing fails, and says which row it was', async () => {
    const many = Array.from({ length: 150 }, (_, n) =>
      tallyVoucher({ number: String(n) }, tallyEntry('Freight', '-1.00'), tallyEntry('Cash', '1.00')),
    );
    const contra = tallyVoucher(
      { type: 'Contra', number: 'last' },
      tallyEntry('Freight', '-5.00'),
      tallyEntry('Cash', '5.00'),
    );
    const { id } = await imports.upload(tallyFile(tallyLedger('Freight', 'Indirect Expenses'), ...many, contra));
    const before = await vouchersInBooks();
    const failed = await imports.run(id);
    expect(failed).toMatchObject({
      status: 'failed',
      error: { code: 'contra_needs_cash_or_bank' },
      counts: { voucher: { ready: 150, refused: 1 } },
    });
    expect(failed.error!.message).toMatch(/Contra last/);
    expect(await vouchersInBooks()).toBe(before);
    expect((await company.readLedgers.list({ page: 1, limit: 9, search: 'Freight' })).total).toBe(0);
    expect(await imports.run(id, 'by_row')).toMatchObject({ status: 'succeeded', counts: { voucher: { done: 150 } } });
    expect(await vouchersInBooks()).toBe(before + 150);
  });

  it('takes missing ledgers under Suspense A/c, names by the mapping, and numbers as they are', async () => {
    await company.ledgers.create({ name: 'Office Rent', group: 'Indirect Expenses' }, clerk);
    const text = tallyFile(
      tallyVoucher({ type: 'Payment', number: 'P/1' }, tallyEntry('Rent A/c', '-5.00'), tallyEntry('Stranger', '5.00')),
      tallyVoucher({ type: 'Payment', number: 'P/1' }, tallyEntry('Rent A/c', '-6.00'), tallyEntry('Cash', '6.00')),
    );
    const { id } = await imports.upload(text, { numbers: 'keep' });
    const change = { missing_masters: 'suspense' as const, names: { ledgers: { 'Rent A/c': 'Office Rent' } } };
    const staged = await imports.stage.change(id, change, { actor: clerk });
    expect(staged.problems).toMatchObject([{ line: 3, code: 'voucher_number_taken' }]);
    expect(staged.warnings).toMatchObject([{ code: 'made_under_suspense', count: 1, first_line: 2 }]);
    await imports.run(id, 'by_row');
    const { vouchers } = await company.read.list({ page: 1, limit: 9, type: 'Payment (imported)' });
    expect(vouchers).toMatchObject([{ base_type: 'payment', number: 'P/1' }]);
    expect((await company.readLedgers.list({ page: 1, limit: 9, search: 'Stranger' })).ledgers).toMatchObject([
      { group: 'Suspense A/c' },
    ]);
    expect(await balances('Office Rent')).toEqual(['5.00']);
    // the next file is read with the same names
    expect((await imports.upload(text)).names).toEqual(change.names);
  });

  it('keeps the opening stock of items, so that openings add up', async () => {
    const item = '<STOCKITEM NAME="Rod"><OPENINGVALUE>-250.00</OPENINGVALUE></STOCKITEM>';
    const { id, ...staged } = await imports.upload(
      tallyFile(item, tallyLedger('Capital', 'Capital Account', '250.00')),
    );
    expect(staged).toMatchObject({
      opening_difference: '0.00',
      ignored: { STOCKITEM: 1 },
      warnings: [{ code: 'opening_stock' }],
    });
    await imports.run(id);
    expect(await balances('Opening Stock', 'Capital', 'Suspense A/c')).toEqual(['250.00', '-250.00', '0.00']);
    expect(await imports.reconcile(id)).toMatchObject({ reconciled: true, ledgers: 2 });
  });

  it('leaves alone what it may not take back', async () => {
    const { id } = await imports.upload(
      tallyFile(
        tallyLedger('Hire', 'Indirect Expenses'),
        tallyVoucher({ date: '20230402' }, tallyEntry('Hire', '-5.00'), tallyEntry('Cash', '5.00')),
        tallyVoucher({ date: '20230502' }, tallyEntry('Hire', '-6.00'), tallyEntry('Cash', '6.00')),
      ),
    );
    await imports.run(id);
    await company.vouchers.post(
      [
        {
          voucher_type: 'Journal',
          date: '2023-06-01',
          entries: [
            { ledger: 'Hire', debit: '1.00' },
            { ledger: 'Cash', credit: '1.00' },
          ],
        },
      ],
      asAdministrator,
    );
    await company.sql("UPDATE company_settings SET lock_date = '2023-04-30'");
    const undone = await imports.undo(id);
    expect(undone).toMatchObject({
      status: 'undone',
      counts: { voucher: { undone: 1, kept: 1 }, ledger: { kept: 1 } },
    });
    expect(await balances('Hire')).toEqual(['6.00']);
    expect(await company.sql("SELECT is_active FROM ledgers WHERE name = 'Hire'")).toMatchObject([{ is_active: 1 }]);
    await company.sql('UPDATE company_settings SET lock_date = NULL');
    expect(await imports.undo(id)).toMatchObject({ counts: { voucher: { undone: 2 }, ledger: { kept: 1 } } });
    expect(await balances('Hire')).toEqual(['1.00']);
  });

  it('does nothing twice when two take it up at the same moment', async () => {
    const many = Array.from({ length: 250 }, (_, n) =>
      tallyVoucher({ guid: `g${n}` }, tallyEntry('Profit &amp; Loss A/c', '-1.00'), tallyEntry('Cash', '1.00')),
    );
    const { id } = await imports.upload(tallyFile(...many));
    const [cash] = await balances('Cash');
    await imports.start.run(id, { mode: 'by_row' }, imports.everything);
    await Promise.all([imports.toItsEnd(id), imports.toItsEnd(id), imports.toItsEnd(id)]);
    expect(await imports.read.one(id)).toMatchObject({ status: 'succeeded', progress: { done: 250, total: 250 } });
    expect(await balances('Cash')).toEqual([new Decimal(cash!).minus(250).toFixed(2)]);
  });

  it('reads a table by its columns, which are remembered for the next one', async () => {
    const ledgers = await imports.upload(
      'Ledger,Group,Opening Balance\nVan,Fixed Assets,900.00 Dr\nLoan,Loans (Liability),900.00 Cr\n',
    );
    expect(ledgers).toMatchObject({
      format: 'csv',
      columns: { content: 'ledgers' },
      counts: { ledger: { ready: 2 }, opening: { ready: 2 } },
    });
    await imports.run(ledgers.id);
    const text = (date: string) =>
      `When,No,Ledger,Sum\n${date},1,Van,50\n${date},1,Loan,-50\n${date},2,Vann,5\n${date},2,Loan,-5\n`;
    const { id, ...staged } = await imports.upload(text('30.06.2023'));
    expect(staged).toMatchObject({
      file_columns: ['When', 'No', 'Ledger', 'Sum'],
      problems: [{ line: 1, kind: 'unread', column: 'group' }],
    });
    const columns = {
      content: 'vouchers',
      date: 'When',
      date_format: 'DD.MM.YYYY',
      number: 'No',
      ledger: 'Ledger',
      amount: 'Sum',
    } as const;
    const changed = await imports.stage.change(id, { columns }, { actor: clerk });
    expect(changed.problems).toMatchObject([{ line: 4, column: 'Ledger', code: 'ledger_not_found' }]);
    await imports.run(id, 'by_row');
    expect(await balances('Van', 'Loan')).toEqual(['950.00', '-950.00']);
    // the openings that stand in the books are none of this file's business
    expect(await imports.reconcile(id)).toMatchObject({
      reconciled: false,
      rows: [
        { ledger: 'Loan', difference: '-5.00' },
        { ledger: 'Vann', difference: '5.00' },
      ],
    });
    expect(await imports.upload(text('01.07.2023'))).toMatchObject({
      columns,
      counts: { voucher: { ready: 1, refused: 1 } },
    });
  });

  it('is all or nothing also for a process that ends in the midst, and goes on with the next one', async () => {
    const text = tallyFile(
      tallyVoucher({ guid: 'midst' }, tallyEntry('Cash', '-3.00'), tallyEntry('Profit &amp; Loss A/c', '3.00')),
    );
    const { id } = await imports.upload(text);
    await imports.start.run(id, {}, imports.everything);
    const before = await vouchersInBooks();
    await expect(imports.steps.step(id, AbortSignal.abort())).rejects.toThrow(/abort/);
    expect([(await imports.read.one(id)).status, await vouchersInBooks()]).toEqual(['running', before]);
    expect(await imports.steps.underWay()).toEqual([id]);
    expect(await imports.toItsEnd(id)).toMatchObject({ status: 'succeeded' });
    expect(await vouchersInBooks()).toBe(before + 1);
  });

  it('is uploaded once for each key', async () => {
    const bytes = new TextEncoder().encode(FAULTY);
    const upload = (body: string) =>
      imports.stage.upload(
        { bytes, fileName: 'once.xml', options: {} },
        { actor: clerk, idempotency: { key: 'k-1', route: 'POST /api/imports', body } },
      );
    const [first, again] = [await upload('a'), await upload('a')];
    expect(again.id).toBe(first.id);
    await expect(upload('b')).rejects.toEqual(refused('idempotency_key_reused'));
  });

  it('waits with what a second person must approve, and says that it is not in the books', async () => {
    await company.ledgers.create({ name: 'Machine', group: 'Fixed Assets' }, clerk);
    const rule = { name: 'Large journals', voucher_type: 'journal', from_amount: '1000' };
    const rules = new ManageApprovalRules(company.records, company.settings);
    const { id: ruleId } = await rules.create(rule, clerk);
    const text = tallyFile(
      tallyVoucher({}, tallyEntry('Machine', '-1000.00'), tallyEntry('Cash', '1000.00')),
      tallyVoucher({}, tallyEntry('Machine', '-5.00'), tallyEntry('Cash', '5.00')),
    );
    const { id } = await imports.upload(text);
    expect(await imports.run(id)).toMatchObject({ status: 'succeeded', counts: { voucher: { done: 2 } } });
    expect(await balances('Machine')).toEqual(['5.00']);
    expect(await imports.reconcile(id)).toMatchObject({
      reconciled: false,
      rows: [{ ledger: 'Machine', difference: '1000.00' }, { ledger: 'Cash' }],
    });
    expect(await imports.undo(id)).toMatchObject({ counts: { voucher: { undone: 1, kept: 1 } } });
    const [kept] = (await imports.read.rows(id, { page: 1, limit: 9, kind: 'voucher', status: 'kept' })).rows;
    const large = { actor: { ...clerk, id: '8', name: 'owner@example.com' }, mayOverrideLock: true };
    await new DecideApproval(company.change).approve(kept!.object_id!, {}, large);
    expect(await imports.undo(id)).toMatchObject({ counts: { voucher: { undone: 2 } } });
    expect(await balances('Machine')).toEqual(['0.00']);
    await rules.delete(ruleId, clerk);
  });

  it('is thrown away when nobody imports it for a month', async () => {
    const [old, young] = [await imports.upload(FAULTY), await imports.upload(FAULTY)];
    await company.sql('UPDATE book_imports SET updated_at = CURRENT_TIMESTAMP - INTERVAL 31 DAY WHERE status <> ?', [
      'ready',
    ]);
    await company.sql('UPDATE book_imports SET updated_at = CURRENT_TIMESTAMP - INTERVAL 31 DAY WHERE id = ?', [
      old.id,
    ]);
    const before = await company.sql("SELECT id FROM book_imports WHERE status NOT IN ('ready', 'failed')");
    expect(await new RemoveForgotten(company.transaction, company.editLog).run()).toBe(1);
    await expect(imports.read.one(old.id)).rejects.toEqual(refused('import_not_found'));
    expect(await imports.read.one(young.id)).toMatchObject({ status: 'ready' });
    expect(await company.sql("SELECT id FROM book_imports WHERE status NOT IN ('ready', 'failed')")).toEqual(before);
  });

  it('asks for the permissions that its masters need, and is thrown away before it ran', async () => {
    const { id } = await imports.upload(tallyFile(tallyLedger('Wages', 'Indirect Expenses')));
    const poster = { actor: clerk, user: { permissions: new Set(['vouchers:post']) } };
    await expect(imports.start.run(id, {}, poster)).rejects.toEqual(refused('forbidden'));
    await expect(imports.start.undo(id, { reason: 'x' }, imports.everything)).rejects.toEqual(
      refused('import_has_not_run'),
    );
    await imports.start.delete(id, clerk);
    await expect(imports.read.one(id)).rejects.toEqual(refused('import_not_found'));
  });
});
