import { addDays, Decimal } from '@finvera/common';
import fc from 'fast-check';
import { readTotals } from './read-totals.js';
import type { VoucherDto } from '../vouchers/voucher.dto.js';
import {
  asClerk,
  clerk,
  describeWithDatabase,
  type GivenCompany,
  givenCompany,
  twoEntries,
} from '../vouchers/given-company.testing.js';

const BEGIN = '2023-04-01';
const LEDGERS = ['Cash', 'Bank', 'Sales', 'Rent', 'Capital'];
const GROUPS = ['Cash-in-Hand', 'Bank Accounts', 'Sales Accounts', 'Indirect Expenses', 'Capital Account'];

/** The plainest words for what `ReadTotals` answers. */
const PLAIN = `SELECT ledger_id, SUM(IF(date < ? OR is_opening, debit - credit, 0)) AS before_net,
    SUM(IF(date >= ? AND (date < ? OR is_opening), debit - credit, 0)) AS before_this_year,
    SUM(IF(date >= ? AND NOT is_opening, debit, 0)) AS debit, SUM(IF(date >= ? AND NOT is_opening, credit, 0)) AS credit
  FROM entries WHERE in_books = 1 AND date <= ? GROUP BY ledger_id`;

type Action =
  | { kind: 'post'; debited: number; credited: number; amount: string; day: number }
  | { kind: 'draft'; debited: number; credited: number; amount: string; day: number }
  | { kind: 'cancel' | 'post draft'; which: number }
  | { kind: 'alter'; which: number; amount: string; day: number; debited: number; credited: number }
  | { kind: 'opening'; ledger: number; amount: string }
  | { kind: 'fold' | 'rebuild' | 'build a step' };

const yearStartOf = (date: string) => `${Number(date.slice(0, 4)) - (date.slice(5) < '04-01' ? 1 : 0)}-04-01`;

const ledger = fc.integer({ min: 0, max: LEDGERS.length - 1 });
const amount = fc
  .bigInt({ min: 1n, max: 10n ** 17n })
  .map((paise) => new Decimal(paise.toString()).div(100).toFixed(2));
const day = fc.oneof(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 0, max: 2_900 }));
const which = fc.nat(50);
const lines = { debited: ledger, credited: ledger, amount, day };
const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('post' as const), ...lines }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('draft' as const), ...lines }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('cancel' as const, 'post draft' as const), which }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('alter' as const), which, ...lines }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('opening' as const), ledger, amount }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constantFrom('fold' as const, 'rebuild' as const, 'build a step' as const) }),
  },
);

describeWithDatabase('totals of ledgers', () => {
  let company: GivenCompany;
  let vouchers: VoucherDto[] = [];

  beforeAll(async () => {
    company = await givenCompany();
    for (const [index, name] of LEDGERS.entries())
      if (name !== 'Cash') await company.ledgers.create({ name, group: GROUPS[index]! }, clerk);
  });
  afterAll(() => company.close());

  const of = ({ debited, credited, amount: value, day: days }: Extract<Action, { debited: number }>) =>
    twoEntries(LEDGERS[debited]!, LEDGERS[credited]!, value, addDays(BEGIN, days));

  async function act(one: Action): Promise<void> {
    const posted = vouchers.filter(({ status }) => status === 'posted');
    const replace = (after: VoucherDto) => {
      vouchers = vouchers.map((voucher) => (voucher.id === after.id ? after : voucher));
    };
    if (one.kind === 'post' || one.kind === 'draft') {
      const status = one.kind === 'post' ? ('posted' as const) : ('draft' as const);
      vouchers.push(...(await company.vouchers.post([{ ...of(one), status }], asClerk)));
    } else if (one.kind === 'cancel' && posted.length > 0)
      replace(await company.cancel.cancel(posted[one.which % posted.length]!.id, { reason: 'wrong' }, asClerk));
    else if (one.kind === 'post draft') {
      const drafts = vouchers.filter(({ status }) => status === 'draft');
      const draft = drafts[one.which % drafts.length];
      if (draft) replace(await company.postDraft.post(draft.id, {}, asClerk));
    } else if (one.kind === 'alter' && posted.length > 0) {
      const voucher = posted[one.which % posted.length]!;
      const later = addDays(voucher.date, one.day % 20);
      // within the voucher's own year: its number stays
      const body = { ...of(one), date: yearStartOf(later) === yearStartOf(voucher.date) ? later : voucher.date };
      replace(await company.alter.alter(voucher.id, body, asClerk));
    } else if (one.kind === 'opening') {
      const [row] = await company.sql<{ id: string }>('SELECT id FROM ledgers WHERE name = ?', [LEDGERS[one.ledger]]);
      const opening = { opening_balance: { amount: one.amount, side: 'debit' as const } };
      await company.ledgers.update(row!.id, opening, undefined, clerk);
    } else if (one.kind === 'fold') await company.totals.fold.fold();
    else if (one.kind === 'rebuild') await company.totals.build.restart();
    else if (one.kind === 'build a step') await company.totals.build.step();
  }

  async function expectEqualSums(from: string, to: string): Promise<void> {
    const yearStart = yearStartOf(from);
    const sums = await readTotals(company.dataSource, { booksBegin: BEGIN, yearStart, from, to });
    const plain = await company.sql<Record<string, string>>(PLAIN, [from, yearStart, from, from, from, to]);
    const seen = (rows: object[]) =>
      (rows as Record<string, string>[])
        .map(({ ledger_id, before_net, before_this_year, debit, credit }) =>
          [
            ledger_id,
            ...[before_net, before_this_year, debit, credit].map((value) => new Decimal(value!).toFixed(4)),
          ].join(' '),
        )
        .filter((line) => !/^\d+( 0\.0000){4}$/.test(line))
        .sort();
    expect(seen(sums)).toEqual(seen(plain));
  }

  it(
    'equal the plain sums of entries at every date, whatever was posted, altered, cancelled, folded or built anew',
    () =>
      fc.assert(
        fc.asyncProperty(
          fc.array(action, { minLength: 1, maxLength: 25 }),
          fc.array(fc.tuple(day, day), { minLength: 4, maxLength: 4 }),
          async (actions, periods) => {
            for (const one of actions) await act(one);
            for (const [a, b] of periods)
              await expectEqualSums(addDays(BEGIN, Math.min(a, b)), addDays(BEGIN, Math.max(a, b)));
          },
        ),
        { numRuns: Number(process.env.TOTALS_RUNS ?? 12), endOnFailure: true },
      ),
    300_000,
  );

  it('hold everything once they are kept: no change waits, and nothing is left to build', async () => {
    await company.totals.build.restart();
    await company.keepBooks.run({ all: true });
    expect(await company.totals.fold.waiting(1)).toBe(0);
    expect(await company.totals.build.isPending()).toBe(false);
    await expectEqualSums('2024-04-01', '2031-03-31');
  });

  it('are folded while others post, by several at once, and each change counts once', async () => {
    const posting = Promise.all(
      Array.from({ length: 8 }, async (_, index) => {
        for (let count = 0; count < 12; count += 1)
          await company.vouchers.post(
            [twoEntries('Cash', 'Sales', `${index + 1}.${count + 10}`, addDays(BEGIN, count))],
            asClerk,
          );
      }),
    );
    const folding = Promise.all(
      [1, 2].map(async () => {
        for (let count = 0; count < 25; count += 1) await company.totals.fold.fold();
      }),
    );
    for (let look = 0; look < 10; look += 1) {
      const sums = await readTotals(company.dataSource, {
        booksBegin: BEGIN,
        yearStart: BEGIN,
        from: BEGIN,
        to: '2031-03-31',
      });
      const difference = sums.reduce(
        (sum, one) => sum.plus(one.before_net).plus(one.debit).minus(one.credit),
        new Decimal(0),
      );
      expect(difference.toFixed(2)).toBe('0.00'); // every look sees whole vouchers
    }
    await Promise.all([posting, folding]);
    await expectEqualSums(BEGIN, '2031-03-31');
  }, 60_000);
});
