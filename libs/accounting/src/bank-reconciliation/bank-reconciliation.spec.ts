import {
  asClerk,
  clerk,
  describeWithDatabase,
  type GivenCompany,
  givenCompany,
  twoEntries,
} from '../vouchers/given-company.testing.js';
import { FindProposals } from './find-proposals.js';
import { ImportStatement } from './import-statement.js';
import { MatchLines } from './match-lines.js';
import { ReadStatements } from './read-statements.js';
import { Reconcile } from './reconcile.js';
import { VoucherOfLine } from './voucher-of-line.js';

const refused = (code: string) => expect.objectContaining({ code });
const by = { actor: clerk };
const MAPPING = { date: 'Date', description: 'Text', reference: 'Ref', amount: 'Amount', balance: 'Balance' };
const HEADER = 'Date,Text,Ref,Amount,Balance';
const OCTOBER = `${HEADER}
2023-10-03,CASH DEPOSIT,,500.00,500.00
2023-10-05,CHQ PAID NASHIK STEEL,CHQ004711,-120.00,380.00
2023-10-31,AMB CHRG INCL GST,,-11.80,368.20
`;

describeWithDatabase('A bank', () => {
  let company: GivenCompany;
  let statements: ReadStatements;
  let imports: ImportStatement;
  let matches: MatchLines;
  let proposals: FindProposals;
  let vouchers: VoucherOfLine;
  let reconcile: Reconcile;
  let bank: string;

  beforeAll(async () => {
    company = await givenCompany();
    const { transaction, editLog, dataSource, settings, reader } = company;
    statements = new ReadStatements(dataSource, settings);
    proposals = new FindProposals(dataSource, statements);
    imports = new ImportStatement(transaction, editLog);
    matches = new MatchLines(transaction, statements, proposals, editLog);
    vouchers = new VoucherOfLine(transaction, statements, company.vouchers, matches, editLog);
    reconcile = new Reconcile(reader, settings);
    bank = (await company.ledgers.create({ name: 'HDFC', group: 'Bank Accounts' }, clerk)).id;
    await company.ledgers.create({ name: 'Nashik Steel', group: 'Sundry Creditors' }, clerk);
    await company.ledgers.create({ name: 'Bank Charges', group: 'Indirect Expenses' }, clerk);
    const cheque = { ...twoEntries('Nashik Steel', 'HDFC', '120.00', '2023-09-28'), narration: 'cheque CHQ004711' };
    await company.vouchers.post([twoEntries('HDFC', 'Cash', '500.00', '2023-10-02'), cheque], asClerk);
    await company.vouchers.post([twoEntries('Nashik Steel', 'HDFC', '70.00', '2023-10-30')], asClerk); // not at the bank yet
  });
  afterAll(() => company?.close());

  const october = (status?: 'open') => statements.lines(bank, { status, limit: 100 }).then(({ lines }) => lines);
  const at = async (asOf: string) => {
    const { balance_by_books, not_at_bank, not_in_books, balance_by_bank, statement_balance, unexplained } =
      await reconcile.at(bank, asOf);
    return [balance_by_books, not_at_bank.total, not_in_books.total, balance_by_bank, statement_balance, unexplained];
  };

  it('sends a statement once, however often it is imported', async () => {
    const body = { format: 'csv', content: OCTOBER, mapping: MAPPING } as const;
    expect(await imports.import(bank, body, by)).toMatchObject({
      from: '2023-10-03',
      to: '2023-10-31',
      opening_balance: '0.00',
      closing_balance: '368.20',
      line_count: 3,
      repeated_count: 0,
    });
    const more = `${OCTOBER}2023-11-02,AMB CHRG INCL GST,,-11.80,356.40\n2023-11-02,AMB CHRG INCL GST,,-11.80,344.60\n`;
    expect(await imports.import(bank, { ...body, content: more }, by)).toMatchObject({
      line_count: 5,
      repeated_count: 3,
    });
    expect(await imports.import(bank, { ...body, content: more }, by)).toMatchObject({ repeated_count: 5 });
    expect((await october()).map(({ amount }) => amount)).toEqual(['500.00', '-120.00', '-11.80', '-11.80', '-11.80']);
    const notBank = (await company.readLedgers.list({ page: 1, limit: 9, search: 'Nashik' })).ledgers[0]!.id;
    await expect(imports.import(notBank, body, by)).rejects.toEqual(refused('ledger_is_no_bank'));
    await expect(imports.import(bank, { format: 'csv', content: OCTOBER }, by)).rejects.toEqual(
      refused('validation_failed'),
    );
  });

  it('explains before anything is matched why it has another balance', async () =>
    expect(await at('2023-10-31')).toEqual(['310.00', '310.00', '368.20', '368.20', '368.20', '0.00']));

  it('has lines that are certain, and others that a person decides', async () => {
    const found = (await proposals.of(bank, {})).proposals;
    expect(found.map(({ certain, reasons }) => ({ certain, reasons }))).toEqual([
      { certain: true, reasons: ['same amount', '1 day later', 'the line names Cash'] },
      {
        certain: true,
        reasons: ['same amount', '7 days later', 'the line names CHQ004711', 'the line names Nashik Steel'],
      },
    ]);
    expect(await matches.matchCertain(bank, {}, by)).toEqual({ matched: 2, left: 3 });
    await expect(matches.match(found[0]!.line_id, [found[0]!.entry_id!], by)).rejects.toEqual(
      refused('bank_line_matched'),
    );
    await matches.undo(found[0]!.line_id, by);
    await expect(matches.match(found[0]!.line_id, [found[1]!.entry_id!], by)).rejects.toEqual(refused('entry_matched'));
    expect(await matches.match(found[0]!.line_id, [found[0]!.entry_id!], by)).toMatchObject({ status: 'matched' });
    expect(await at('2023-10-31')).toEqual(['310.00', '-70.00', '-11.80', '368.20', '368.20', '0.00']);
    expect(await at('2023-10-04')).toEqual(['380.00', '-120.00', '0.00', '500.00', null, null]);
  });

  it('has lines that nobody booked: a voucher is made of one, and a rule of it for the next', async () => {
    const [charge, next, last] = await october('open');
    await expect(matches.match(charge!.id, [(await october())[1]!.matches[0]!.entry_id], by)).rejects.toEqual(
      refused('entry_matched'),
    );
    await expect(vouchers.post(charge!.id, {}, asClerk)).rejects.toEqual(refused('validation_failed'));
    const made = await vouchers.post(charge!.id, { ledger: 'Bank Charges', remember: 'amb chrg' }, asClerk);
    expect(made.voucher).toMatchObject({ voucher_type: 'Payment', date: '2023-10-31', total: '11.80' });
    expect(made.line.status).toBe('matched');
    const known = (await proposals.of(bank, {})).proposals;
    expect(known.map(({ line_id, rule_id }) => [line_id, rule_id !== null])).toEqual([
      [next!.id, true],
      [last!.id, true],
    ]);
    await vouchers.post(next!.id, { rule_id: known[0]!.rule_id! }, asClerk);
    expect(await company.balanceOf('Bank Charges')).toBe('23.60');
    expect(await at('2023-10-31')).toEqual(['298.20', '-70.00', '0.00', '368.20', '368.20', '0.00']);

    await matches.ignore(last!.id, 'booked twice, to be taken back', by);
    expect(await at('2023-11-02')).toEqual(['286.40', '-70.00', '-11.80', '344.60', '344.60', '0.00']);
    await matches.undo(last!.id, by);
    await expect(matches.undo(last!.id, by)).rejects.toEqual(refused('bank_line_open'));
  });

  it('has its line open again when the voucher is cancelled or altered', async () => {
    const line = (await october()).find(({ description }) => description.startsWith('CHQ'))!;
    const { voucher_id: id } = line.matches[0]!;
    const body = { ...twoEntries('Nashik Steel', 'HDFC', '120.00', '2023-09-29'), narration: 'cheque CHQ004711' };
    await company.alter.alter(id, body, asClerk);
    expect((await statements.line(line.id)).status).toBe('open');
    await matches.matchCertain(bank, {}, by);
    expect((await statements.line(line.id)).status).toBe('matched');
    await company.cancel.cancel(id, { reason: 'bounced' }, asClerk);
    expect((await statements.line(line.id)).status).toBe('open');
  });

  it('has a date of its own for entries without a line, set and taken back by hand', async () => {
    const [entry] = await company.sql<{ id: string }>(
      "SELECT e.id FROM entries e JOIN ledgers l ON l.id = e.ledger_id WHERE l.name = 'HDFC' AND e.credit = 70 AND e.in_books = 1",
    );
    const before = await at('2023-11-30');
    await matches.setBankDate(entry!.id, '2023-11-04', by);
    expect((await at('2023-11-03'))[1]).toBe('-70.00');
    expect((await at('2023-11-30'))[1]).toBe('0.00');
    await matches.setBankDate(entry!.id, null, by);
    expect(await at('2023-11-30')).toEqual(before);
    const [logged] = await company.sql<{ n: string }>(
      "SELECT COUNT(*) AS n FROM edit_log WHERE object_type IN ('bank_line', 'bank_statement', 'entry', 'bank_rule')",
    );
    expect(Number(logged!.n)).toBeGreaterThanOrEqual(12);
  });
});
