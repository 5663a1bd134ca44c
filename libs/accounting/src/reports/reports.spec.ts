import { addDays, Decimal, ZERO } from '@finvera/common';
import fc from 'fast-check';
import type { Nature } from '../chart/account-group.entity.js';
import { financialYearOf } from '../periods/financial-year.js';
import { type GroupNode, GroupTree } from './group-tree.js';
import type { LedgerMovement } from './ledger-movements.js';
import { withRunningBalance } from './running-balance.js';
import { balanceSheet, profitAndLoss } from './statements-of-account.js';
import { trialBalance } from './trial-balance.js';

const BOOKS_BEGIN = '2023-04-01';
const DAYS = 1_100;
const DIGITS = 2;

const group = (id: string, nature: Nature, parentId: string | null = null): GroupNode => ({
  id,
  name: `group ${id}`,
  parentId,
  nature,
  affectsGrossProfit: id.startsWith('direct'),
  reservedCode: null,
});

const TREE = new GroupTree([
  group('assets', 'asset'),
  group('liabilities', 'liability'),
  group('capital', 'equity'),
  group('direct income', 'income'),
  group('direct expense', 'expense'),
  group('indirect income', 'income'),
  group('indirect expense', 'expense'),
  group('banks', 'asset', 'assets'),
  group('reserves', 'equity', 'capital'),
  group('branch banks', 'asset', 'banks'),
]);

/** A ledger in each group; the last but one is Profit & Loss A/c. */
const LEDGERS = TREE.groups.map(({ id, nature }) => ({ id: `in ${id}`, groupId: id, nature }));
const PROFIT_AND_LOSS = 'in reserves';

interface Entry {
  ledger: string;
  date: string;
  debit: Decimal;
  credit: Decimal;
  isOpening: boolean;
}

const amount = fc.bigInt({ min: 1n, max: 10n ** 17n }).map((paise) => new Decimal(paise.toString()).div(100));
const ledger = fc.constantFrom(...LEDGERS.map(({ id }) => id));
const day = fc.integer({ min: 0, max: DAYS }).map((days) => addDays(BOOKS_BEGIN, days));

const voucher = fc
  .record({ debited: ledger, credited: ledger, amount, date: day, isOpening: fc.boolean() })
  .map(({ debited, credited, amount: value, date, isOpening }): Entry[] => {
    const when = { date: isOpening ? BOOKS_BEGIN : date, isOpening };
    return [
      { ...when, ledger: debited, debit: value, credit: ZERO },
      { ...when, ledger: credited, debit: ZERO, credit: value },
    ];
  });

const books = fc.array(voucher, { maxLength: 40 }).map((vouchers) => vouchers.flat());

const net = (entries: readonly Entry[]) =>
  entries.reduce((sum, { debit, credit }) => sum.plus(debit).minus(credit), ZERO);

/** What the query of `LedgerMovements` answers, in the plainest words. */
function movementsOf(entries: readonly Entry[], from: string, to: string): LedgerMovement[] {
  const yearStart = financialYearOf(from, '04-01').start;
  return LEDGERS.map(({ id, groupId, nature }) => {
    const own = entries.filter((entry) => entry.ledger === id && entry.date <= to);
    const before = own.filter((entry) => entry.date < from || entry.isOpening);
    const within = own.filter((entry) => !before.includes(entry));
    return {
      ledgerId: id,
      ledger: id,
      reservedCode: id === PROFIT_AND_LOSS ? 'profit_and_loss' : null,
      groupId,
      nature,
      before: net(before),
      beforeThisYear: net(before.filter(({ date }) => date >= yearStart)),
      debit: within.reduce((sum, { debit }) => sum.plus(debit), ZERO),
      credit: within.reduce((sum, { credit }) => sum.plus(credit), ZERO),
    };
  });
}

const trialBalanceOf = (entries: readonly Entry[], from: string, asOf: string, level?: number) =>
  trialBalance(movementsOf(entries, from, asOf), TREE, { from, asOf, digits: DIGITS, level });
const balanceSheetOf = (entries: readonly Entry[], asOf: string) =>
  balanceSheet(movementsOf(entries, asOf, asOf), TREE, { asOf, digits: DIGITS });
const profitAndLossOf = (entries: readonly Entry[], from: string, to: string) =>
  profitAndLoss(movementsOf(entries, from, to), TREE, {
    from,
    to,
    digits: DIGITS,
    withOpening: from <= BOOKS_BEGIN,
  });

const period = fc.tuple(day, day).map(([a, b]) => (a < b ? [a, b] : [b, a]) as [string, string]);

describe('trial balance', () => {
  it('has pairs of equal totals for every period and depth', () =>
    fc.assert(
      fc.property(books, period, fc.option(fc.integer({ min: 1, max: 4 })), (entries, [from, asOf], level) => {
        const { totals } = trialBalanceOf(entries, from, asOf, level ?? undefined);
        expect(totals.opening_debit).toBe(totals.opening_credit);
        expect(totals.debit).toBe(totals.credit);
        expect(totals.closing_debit).toBe(totals.closing_credit);
      }),
    ));

  it('closes with the plain sum of all entries when it begins with the books', () =>
    fc.assert(
      fc.property(books, day, (entries, asOf) => {
        const { rows } = trialBalanceOf(entries, BOOKS_BEGIN, asOf);
        for (const { id } of LEDGERS) {
          const sum = net(entries.filter((entry) => entry.ledger === id && entry.date <= asOf));
          const row = rows.find(({ ledger_id }) => ledger_id === id);
          const closing = new Decimal(row?.closing_debit ?? 0).minus(row?.closing_credit ?? 0);
          expect(closing.toFixed(DIGITS)).toBe(sum.toFixed(DIGITS));
        }
      }),
    ));

  it('closes with opening plus movement, and the next period opens where it closed within a year', () =>
    fc.assert(
      fc.property(books, period, (entries, [from, asOf]) => {
        const rows = trialBalanceOf(entries, from, asOf).rows;
        for (const row of rows)
          expect(
            new Decimal(row.opening_debit).minus(row.opening_credit).plus(row.debit).minus(row.credit).toFixed(DIGITS),
          ).toBe(new Decimal(row.closing_debit).minus(row.closing_credit).toFixed(DIGITS));
        const next = addDays(asOf, 1);
        if (financialYearOf(next, '04-01').start !== financialYearOf(from, '04-01').start) return;
        const after = trialBalanceOf(entries, next, next).rows;
        for (const { id } of LEDGERS) {
          const closed = rows.find(({ ledger_id }) => ledger_id === id);
          const opened = after.find(({ ledger_id }) => ledger_id === id);
          expect(opened?.opening_debit ?? '0.00').toBe(closed?.closing_debit ?? '0.00');
          expect(opened?.opening_credit ?? '0.00').toBe(closed?.closing_credit ?? '0.00');
        }
      }),
    ));

  it('shows both sides of a ledger that stands on both sides of a voucher', () => {
    const date = '2024-02-29';
    const five = new Decimal(5);
    const entries: Entry[] = [
      { ledger: 'in banks', date, debit: five, credit: ZERO, isOpening: false },
      { ledger: 'in banks', date, debit: ZERO, credit: five, isOpening: false },
    ];
    const [row] = trialBalanceOf(entries, date, date).rows;
    expect(row).toMatchObject({ debit: '5.00', credit: '5.00', closing_debit: '0.00', closing_credit: '0.00' });
  });

  it('carries the result of earlier years into Profit & Loss A/c on 1 April, not on 31 March', () => {
    const sale = (date: string): Entry[] => [
      { ledger: 'in banks', date, debit: new Decimal(100), credit: ZERO, isOpening: false },
      { ledger: 'in direct income', date, debit: ZERO, credit: new Decimal(100), isOpening: false },
    ];
    const openings = (from: string) =>
      trialBalanceOf(sale('2024-03-30'), from, from).rows.map((row) => [
        row.ledger,
        row.opening_debit,
        row.opening_credit,
      ]);
    expect(openings('2024-03-31')).toEqual([
      ['in direct income', '0.00', '100.00'],
      ['in banks', '100.00', '0.00'],
    ]);
    expect(openings('2024-04-01')).toEqual([
      ['in banks', '100.00', '0.00'],
      ['in reserves', '0.00', '100.00'],
    ]);
  });

  it('adds ledgers up to groups of a depth, in the order of the chart', () => {
    const date = '2023-05-01';
    const move = (name: string, debit: number, credit: number): Entry => ({
      ledger: name,
      date,
      debit: new Decimal(debit),
      credit: new Decimal(credit),
      isOpening: false,
    });
    const entries = [move('in branch banks', 7, 0), move('in capital', 0, 10), move('in assets', 3, 0)];
    const groups = (level: number) =>
      trialBalanceOf(entries, date, date, level).rows.map((row) => [row.ledger, row.group, row.debit]);
    expect(groups(1)).toEqual([
      [null, 'group assets', '10.00'],
      [null, 'group capital', '0.00'],
    ]);
    expect(groups(2)).toEqual([
      [null, 'group assets', '3.00'],
      [null, 'group capital', '0.00'],
      [null, 'group banks', '7.00'],
    ]);
  });
});

describe('balance sheet and profit & loss', () => {
  it('balances on every date', () =>
    fc.assert(
      fc.property(books, day, (entries, asOf) => {
        const { assets, liabilities, equity } = balanceSheetOf(entries, asOf);
        expect(assets).toBe(new Decimal(liabilities).plus(equity).toFixed(DIGITS));
      }),
    ));

  it('has as profit not closed what profit & loss earned since the books began', () =>
    fc.assert(
      fc.property(books, day, (entries, asOf) => {
        const { net_profit } = profitAndLossOf(entries, BOOKS_BEGIN, asOf);
        expect(balanceSheetOf(entries, asOf).profit_not_closed).toBe(net_profit);
      }),
    ));

  it('agrees with the movement of the trial balance of the same period', () =>
    fc.assert(
      fc.property(books, period, (entries, [from, to]) => {
        fc.pre(from > BOOKS_BEGIN);
        const rows = trialBalanceOf(entries, from, to).rows.filter(({ nature }) =>
          ['income', 'expense'].includes(nature),
        );
        const moved = rows.reduce((sum, { debit, credit }) => sum.plus(credit).minus(debit), ZERO);
        expect(profitAndLossOf(entries, from, to).net_profit).toBe(moved.toFixed(DIGITS));
      }),
    ));

  it('has sections that add up to its figures', () =>
    fc.assert(
      fc.property(books, period, (entries, [from, to]) => {
        const report = profitAndLossOf(entries, from, to);
        const amounts = Object.fromEntries(
          report.sections.map(({ section, amount: sum }) => [section, new Decimal(sum)]),
        );
        expect(amounts.direct_income!.plus(amounts.indirect_income!).toFixed(DIGITS)).toBe(report.income);
        expect(amounts.direct_expense!.plus(amounts.indirect_expense!).toFixed(DIGITS)).toBe(report.expense);
        expect(amounts.direct_income!.minus(amounts.direct_expense!).toFixed(DIGITS)).toBe(report.gross_profit);
        for (const { amount: sum, groups } of [...report.sections, ...balanceSheetOf(entries, to).sections.slice(0, 3)])
          expect(groups.reduce((total, one) => total.plus(one.amount), ZERO).toFixed(DIGITS)).toBe(sum);
      }),
    ));
});

describe('running balance', () => {
  it('ends with the opening and all lines, whatever the pages', () =>
    fc.assert(
      fc.property(books, fc.integer({ min: 1, max: 9 }), (entries, perPage) => {
        const lines = entries.map(({ debit, credit }) => ({ debit: debit.toFixed(), credit: credit.toFixed() }));
        const whole = withRunningBalance(lines, ZERO);
        const paged: Decimal[] = [];
        for (let at = 0; at < lines.length; at += perPage)
          paged.push(
            ...withRunningBalance(lines.slice(at, at + perPage), paged.at(-1) ?? ZERO).map(({ balance }) => balance),
          );
        expect(paged.map(String)).toEqual(whole.map(({ balance }) => String(balance)));
        expect(String(whole.at(-1)?.balance ?? ZERO)).toBe(String(net(entries)));
      }),
    ));
});
