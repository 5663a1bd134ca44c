import { addDays } from '@finvera/common';
import { SealEditLog } from '../edit-log/seal-edit-log.js';
import { ReadEditLog } from '../edit-log/read-edit-log.js';
import {
  asClerk,
  clerk,
  describeWithDatabase,
  type GivenCompany,
  givenCompany,
  twoEntries,
} from '../vouchers/given-company.testing.js';
import { DayBook } from './day-book.js';
import { LedgerMovements } from './ledger-movements.js';
import { LedgerStatement } from './ledger-statement.js';

/** Tables that may have millions of rows, by the names that statements give them. */
const LARGE = /^(e|v|t|o|d|b|u|c|entries|vouchers|ledger_totals|bill_allocations|edit_log|edit_log_chain|r)$/;
const VOUCHERS = 3_000;
const BATCH = 1_000;
/** A page, a day, a few marks: anything that reads more of a table of six thousand grows with it. */
const ROWS_MAX = 1_200;
const SMALL = 10;

interface PlanRow {
  table: string | null;
  type: string | null;
  key: string | null;
  rows: number | string | null;
  Extra: string | null;
}

/** Every query that can meet a million rows has an index: the statements that are sent, explained by the database. */
describeWithDatabase('plans of queries over large tables', () => {
  let company: GivenCompany;
  let bank: string;
  const sent: [string, unknown[]][] = [];

  beforeAll(async () => {
    company = await givenCompany();
    bank = (await company.ledgers.create({ name: 'Bank', group: 'Bank Accounts' }, clerk)).id;
    await company.ledgers.create({ name: 'Acme', group: 'Sundry Debtors', bill_by_bill: true }, clerk);
    await company.ledgers.create({ name: 'Sales', group: 'Sales Accounts' }, clerk);
    for (let first = 0; first < VOUCHERS; first += BATCH)
      await company.vouchers.post(
        Array.from({ length: BATCH }, (_, index) =>
          twoEntries(index % 2 ? 'Bank' : 'Acme', 'Sales', '5.00', addDays('2023-04-01', (first + index) % 900)),
        ),
        asClerk,
      );
    await company.keepBooks.run({ all: true });
    await company.sql('ANALYZE TABLE entries, vouchers, ledger_totals, bill_allocations, edit_log');
    const { dataSource } = company;
    const query = dataSource.query.bind(dataSource);
    Object.assign(dataSource, {
      query: (sql: string, parameters: unknown[] = []) => {
        sent.push([sql, parameters]);
        return query(sql, parameters as never);
      },
      // one statement after the other, each explained as it was sent
      transaction: (_: string, work: (tx: unknown) => unknown) => work(dataSource),
    });
  }, 60_000);
  afterAll(() => company.close());

  async function plansOf(work: () => Promise<unknown>): Promise<[string, PlanRow[]][]> {
    sent.length = 0;
    await work();
    const selects = sent.filter(([sql]) => /^\s*SELECT/.test(sql) && !/UPDATE|SHARE MODE/.test(sql));
    const plans: [string, PlanRow[]][] = [];
    for (const [sql, parameters] of selects)
      plans.push([sql, await company.sql<PlanRow>(`EXPLAIN ${sql}`, parameters)]);
    return plans;
  }

  const settings = () => company.settings;
  const from = '2023-04-01';
  const to = '2025-10-01';

  const READS: [string, () => Promise<unknown>][] = [
    ['trial balance', () => new LedgerMovements(company.reader, settings()).between('2024-04-01', '2025-02-17')],
    ['first page of a statement', () => statement({})],
    ['last page of a statement', () => statement({ position: 'end' })],
    ['a page within a statement', async () => statement({ cursor: (await statement({})).nextCursor! })],
    ['a page backwards', async () => statement({ cursor: (await statement({ position: 'end' })).previousCursor! })],
    ['day book', () => new DayBook(company.reader, company.read).read({ from, to, limit: 50 })],
    ['list of vouchers', () => company.read.list({ page: 1, limit: 20 } as never)],
    ['list of vouchers, last first', () => company.read.list({ page: 1, limit: 20, sort: '-date' } as never)],
    [
      'list of vouchers, as they were made',
      () => company.read.list({ page: 1, limit: 20, sort: '-created_at' } as never),
    ],
    ['edit log', () => new ReadEditLog(company.dataSource, settings()).read({ limit: 50 } as never)],
    [
      'edit log of a voucher',
      () =>
        new ReadEditLog(company.dataSource, settings()).read({
          limit: 50,
          object_type: 'voucher',
          object_id: '5',
        } as never),
    ],
    ['sealing the edit log', () => new SealEditLog(company.dataSource).seal()],
    ['folding', () => company.totals.fold.fold()],
  ];

  function statement(page: { cursor?: string; position?: 'end' }) {
    return new LedgerStatement(company.dataSource, company.reader, settings()).read({
      ledgerId: bank,
      from,
      to,
      limit: 50,
      ...page,
    });
  }

  it.each(READS)('%s', async (_, read) => {
    const plans = await plansOf(read);
    expect(plans.length).toBeGreaterThan(0);
    const slow = plans.flatMap(([sql, rows]) =>
      rows
        .filter(({ table }) => LARGE.test(table ?? ''))
        .filter(({ type, key, rows: count, Extra }) => {
          if (Number(count) <= SMALL) return false; // changes that wait to be folded: few, whatever the books hold
          if (/LIMIT \?\) counted/.test(sql) && !/filesort|temporary/.test(Extra ?? '')) return false; // counts up to its bound
          // in the order of an index, up to a limit
          const isStopped = /LIMIT/.test(sql) && key !== null && !/filesort|temporary/.test(Extra ?? '');
          return type === 'ALL' || !(isStopped || Number(count) <= ROWS_MAX);
        })
        .map((row) => ({ sql, ...row })),
    );
    expect(slow).toEqual([]);
  });
});
