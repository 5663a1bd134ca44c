import { addDays, type Decimal, ZERO } from '@finvera/common';
import { TenantReader } from '@finvera/tenancy';
import fc from 'fast-check';
import {
  asClerk,
  clerk,
  describeWithDatabase,
  type GivenCompany,
  givenCompany,
  twoEntries,
} from '../vouchers/given-company.testing.js';
import { DirectCashFlow } from './cash-flow/direct-cash-flow.js';
import type { CashFlow } from './cash-flow/flow.js';
import { indirectCashFlow } from './cash-flow/indirect-cash-flow.js';
import { FindExceptions } from './exceptions/find-exceptions.js';
import type { Period } from './frame/compared-periods.js';
import { ReadGroupTree } from './group-tree.js';
import { KnownMovements } from './known-movements.js';
import { type LedgerMovement, LedgerMovements } from './ledger-movements.js';
import { MoneyBook } from './money-book.js';
import { lineOf } from './schedule-iii/lines.js';
import { VoucherRegister } from './voucher-register.js';

const BEGIN = '2023-04-01';
const DAYS = 400;
const VOUCHERS = 150;
const LEDGERS = {
  'State Bank': 'Bank Accounts',
  Overdraft: 'Bank OD A/c',
  Sales: 'Sales Accounts',
  Rent: 'Indirect Expenses',
  Machine: 'Fixed Assets',
  Loan: 'Secured Loans',
  Capital: 'Capital Account',
  Customer: 'Sundry Debtors',
};
const NO_OWN_LINES = { groups: new Map(), ledgers: new Map() };

describeWithDatabase('figures of reports from random books', () => {
  let company: GivenCompany;
  let movements: LedgerMovements;
  let known: KnownMovements;
  let groupTree: ReadGroupTree;

  beforeAll(async () => {
    company = await givenCompany();
    movements = new LedgerMovements(company.reader, company.settings);
    known = new KnownMovements(company.reader, company.settings, movements);
    groupTree = new ReadGroupTree(company.dataSource);
    for (const [name, group] of Object.entries(LEDGERS)) {
      const opening_balance = { amount: '1000.01', side: 'debit' as const };
      await company.ledgers.create({ name, group, ...(name === 'State Bank' && { opening_balance }) }, clerk);
    }
    const names = [...Object.keys(LEDGERS), 'Cash'];
    const [ledger, day] = [fc.constantFrom(...names), fc.integer({ min: 0, max: DAYS })];
    const amount = fc.integer({ min: 1, max: 10 ** 9 }).map((paise) => (paise / 100).toFixed(2));
    const voucher = fc
      .tuple(ledger, ledger, amount, day)
      .map(([debited, credited, value, days]) => twoEntries(debited, credited, value, addDays(BEGIN, days)));
    const bodies = fc.sample(voucher, VOUCHERS);
    const posted = await company.vouchers.post(bodies, asClerk);
    for (const { id } of posted.slice(0, 10)) await company.cancel.cancel(id, { reason: 'a test' }, asClerk);
  });

  afterAll(() => company.close());

  const periods = fc
    .tuple(fc.integer({ min: 0, max: DAYS }), fc.integer({ min: 0, max: DAYS }))
    .map(([a, b]): Period => ({ from: addDays(BEGIN, Math.min(a, b)), to: addDays(BEGIN, Math.max(a, b)) }));
  const holds = (check: (period: Period) => Promise<void>) =>
    fc.assert(fc.asyncProperty(periods, check), { numRuns: 20 });
  const add = (values: readonly Decimal[]) => values.reduce((sum, value) => sum.plus(value), ZERO);

  it('cash flow comes to the change of cash and bank by both methods', () =>
    holds(async (period) => {
      const tree = await groupTree.read();
      const line = (one: LedgerMovement) => lineOf(one, tree.path(one.groupId), NO_OWN_LINES);
      const { movements: moved } = await movements.between(period.from, period.to, { closings: false });
      const cash = moved.filter(({ ledger }) => ['Cash', 'State Bank'].includes(ledger));
      const change = add(cash.map(({ debit, credit }) => debit.minus(credit))).toFixed(2);
      const total = ({ flows }: CashFlow) => add(flows.map(({ amount }) => amount)).toFixed(2);
      expect(total(await new DirectCashFlow(company.reader).read(moved, period, line))).toBe(change);
      const indirect = indirectCashFlow(moved, tree, { period, lineOf: line });
      expect(total(indirect)).toBe(change);
      expect(indirect.opening.toFixed(2)).toBe(add(cash.map(({ before }) => before)).toFixed(2));
    }));

  it('what is known now is what the books say', () =>
    holds(async ({ from, to }) => {
      for (const closings of [true, false]) {
        const now = await movements.between(from, to, { closings });
        const then = await known.between(from, to, { closings, knownAt: new Date(Date.now() + 1_000) });
        expect(JSON.stringify(then.movements)).toBe(JSON.stringify(now.movements));
      }
    }));

  it('a book of several ledgers runs from opening to closing over pages of any size', () =>
    holds(async (period) => {
      const book = new MoneyBook(company.reader, movements, groupTree);
      const groups = ['bank_accounts', 'bank_od', 'cash_in_hand'];
      const whole = await book.read({ ...period, groups, limit: 10_000 });
      const lines = [];
      for (let cursor: string | undefined; ; ) {
        const page = await book.read({ ...period, groups, limit: 7, cursor });
        expect(page.book.closing).toBe(whole.book.closing);
        lines.push(...page.book.lines);
        if (page.nextCursor === null) break;
        cursor = page.nextCursor;
      }
      expect(lines).toEqual(whole.book.lines);
      expect(lines.at(-1)?.balance ?? whole.book.opening).toBe(whole.book.closing);
      expect(await book.countLines({ ...period, groups }, 100_000)).toBe(lines.length);
    }));

  it('registers, books and exceptions find their rows by an index', async () => {
    const plans: { table: string; type: string; key: string | null }[] = [];
    const explaining = new TenantReader({
      query: async (sql: string, parameters?: unknown[]) => {
        if (/FROM (entries|vouchers|\(SELECT)/.test(sql))
          plans.push(...(await company.sql<never>(`EXPLAIN FORMAT=TRADITIONAL ${sql}`, parameters)));
        return company.sql(sql, parameters);
      },
    } as never);
    const period = { from: BEGIN, to: addDays(BEGIN, DAYS) };
    const register = new VoucherRegister(company.dataSource, explaining, company.settings);
    const typeId = (await register.findType('Journal')).id;
    const page = await register.page({ ...period, typeId, limit: 20 });
    await register.page({ ...period, typeId, limit: 20, cursor: page.nextCursor! });
    await register.months({ ...period, typeId });
    await register.count({ ...period, typeId }, 1_000);
    const book = new MoneyBook(explaining, movements, groupTree);
    await book.read({ ...period, groups: ['bank_accounts'], limit: 20 });
    await book.countLines({ ...period, groups: ['bank_accounts'] }, 1_000);
    await company.types.create({ name: 'By hand', base_type: 'journal', numbering: 'manual' } as never, clerk);
    await new FindExceptions(explaining, movements, groupTree).find(period);
    const whole = plans.filter(({ table, type }) => ['e', 'v', 'c'].includes(table) && ['ALL', 'index'].includes(type));
    expect(plans.length).toBeGreaterThan(8);
    expect(whole).toEqual([]);
  });
});
