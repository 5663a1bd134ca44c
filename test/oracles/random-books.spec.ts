import { addDays, Decimal } from '@finvera/common';
import fc from 'fast-check';
import { type CompanyClient, openCompany } from './company-client.js';

/**
 * Random books through REST, against sums made here in the plainest words: what the oracles cannot say (reports that
 * begin in a later year, income and expense with opening balances, any depth of pages).
 */
const BOOKS_BEGIN = '2021-04-01';
const DAYS = 1_460;
const RUNS = 3;
const PERIODS_PER_BOOK = 6;
const ENTERING_MAX_MS = 120_000;

const LEDGERS = [
  { name: 'Cash', group: 'Cash-in-Hand', nature: 'asset' },
  { name: 'Stock', group: 'Stock-in-Hand', nature: 'asset' },
  { name: 'Loan', group: 'Secured Loans', nature: 'liability' },
  { name: 'Capital', group: 'Capital Account', nature: 'equity' },
  { name: 'Sales', group: 'Sales Accounts', nature: 'income' },
  { name: 'Interest', group: 'Indirect Incomes', nature: 'income' },
  { name: 'Purchases', group: 'Purchase Accounts', nature: 'expense' },
  { name: 'Rent', group: 'Indirect Expenses', nature: 'expense' },
];
const RESULT = 'Profit & Loss A/c';

interface Entry {
  ledger: string;
  date: string;
  debit?: string;
  credit?: string;
  opening?: boolean;
}

const amount = fc
  .bigInt({ min: 1n, max: 10n ** 16n })
  .map((paise) => new Decimal(paise.toString()).div(100).toFixed(2));
const day = fc.integer({ min: 0, max: DAYS }).map((days) => addDays(BOOKS_BEGIN, days));
const name = fc.constantFrom(...LEDGERS.map((ledger) => ledger.name));

const book = fc.record({
  openings: fc.array(fc.record({ amount, side: fc.constantFrom('debit', 'credit') }), {
    minLength: LEDGERS.length,
    maxLength: LEDGERS.length,
  }),
  vouchers: fc.array(fc.record({ debited: name, credited: name, amount, date: day, cancelled: fc.boolean() }), {
    minLength: 20,
    maxLength: 60,
  }),
  periods: fc.array(fc.tuple(day, day), { minLength: PERIODS_PER_BOOK, maxLength: PERIODS_PER_BOOK }),
});

type RandomBook = typeof book extends fc.Arbitrary<infer Value> ? Value : never;

const net = (entries: readonly Entry[]) =>
  entries.reduce((sum, { debit = '0', credit = '0' }) => sum.plus(debit).minus(credit), new Decimal(0));
const yearStart = (date: string) => `${Number(date.slice(0, 4)) - (date.slice(5) < '04-01' ? 1 : 0)}-04-01`;
const isOfResult = (ledger: string) =>
  ['income', 'expense'].includes(LEDGERS.find((one) => one.name === ledger)?.nature ?? '');

describe('Random books through REST', () => {
  it(
    'agree with plain sums in every report',
    () =>
      fc.assert(
        fc.asyncProperty(book, async (random) => {
          const client = await openCompany('random-book');
          const entries = await enter(client, random);
          for (const [a, b] of random.periods) {
            const [from, to] = a < b ? [a, b] : [b, a];
            await compareTrialBalance(client, entries, from, to);
            await compareStatements(client, entries, from, to);
            const { balance_sheet: sheet } = (await client.get(`/api/reports/balance-sheet?as_of=${to}`)).data;
            expect(sheet.assets).toBe(new Decimal(sheet.liabilities).plus(sheet.equity).toFixed(2));
            const earned = net(entries.filter((entry) => entry.date <= to && isOfResult(entry.ledger))).negated();
            expect(sheet.profit_not_closed).toBe(earned.toFixed(2));
          }
        }),
        { numRuns: RUNS, endOnFailure: true },
      ),
    ENTERING_MAX_MS,
  );
});

/** Answers the entries that are in the books. */
async function enter(client: CompanyClient, { openings, vouchers }: RandomBook): Promise<Entry[]> {
  await client.put('/api/settings/company', { books_begin: BOOKS_BEGIN });
  const entries: Entry[] = [];
  const cash = (await client.get('/api/ledgers?search=Cash')).data.ledgers[0].id;
  for (const [index, { name: ledger, group }] of LEDGERS.entries()) {
    const opening_balance = openings[index]!;
    if (ledger === 'Cash') await client.put(`/api/ledgers/${cash}`, { opening_balance });
    else await client.post('/api/ledgers', { name: ledger, group, opening_balance });
    const { side, amount: sum } = opening_balance;
    const against = side === 'debit' ? 'credit' : 'debit';
    entries.push({ ledger, date: BOOKS_BEGIN, opening: true, [side]: sum });
    entries.push({ ledger: 'Suspense A/c', date: BOOKS_BEGIN, opening: true, [against]: sum });
  }
  const bodies = vouchers.map(({ debited, credited, amount: sum, date }) => ({
    voucher_type: 'Journal',
    date,
    entries: [
      { ledger: debited, debit: sum },
      { ledger: credited, credit: sum },
    ],
  }));
  const posted = (await client.post('/api/vouchers/bulk', { vouchers: bodies })).data.vouchers;
  for (const [index, { cancelled }] of vouchers.entries()) {
    if (cancelled) await client.post(`/api/vouchers/${posted[index].id}/cancel`, { reason: 'random' });
    else entries.push(...bodies[index]!.entries.map((entry) => ({ ...entry, date: bodies[index]!.date })));
  }
  return entries;
}

async function compareTrialBalance(client: CompanyClient, entries: Entry[], from: string, to: string): Promise<void> {
  const { rows, totals } = (await client.get(`/api/reports/trial-balance?from=${from}&as_of=${to}`)).data.trial_balance;
  for (const pair of [
    ['opening_debit', 'opening_credit'],
    ['debit', 'credit'],
    ['closing_debit', 'closing_credit'],
  ] as const)
    expect(totals[pair[0]]).toBe(totals[pair[1]]);
  const known = entries.filter((entry) => entry.date <= to);
  const before = known.filter((entry) => entry.opening || entry.date < from);
  const earlier = net(before.filter((entry) => isOfResult(entry.ledger) && entry.date < yearStart(from)));
  for (const ledger of [...LEDGERS.map((one) => one.name), RESULT, 'Suspense A/c']) {
    const own = before.filter((entry) => entry.ledger === ledger);
    const opening = isOfResult(ledger)
      ? net(own.filter((entry) => entry.date >= yearStart(from)))
      : net(own).plus(ledger === RESULT ? earlier : 0);
    const within = known.filter((entry) => entry.ledger === ledger && !before.includes(entry));
    const expected = columns(opening, within);
    const row = rows.find((one: { ledger: string }) => one.ledger === ledger) ?? columns(new Decimal(0), []);
    expect({ ledger, from, to, ...row }).toMatchObject({ ledger, from, to, ...expected });
  }
}

function columns(opening: Decimal, within: readonly Entry[]) {
  const side = (balance: Decimal) => [Decimal.max(balance, 0).toFixed(2), Decimal.max(balance.negated(), 0).toFixed(2)];
  const [opening_debit, opening_credit] = side(opening);
  const [closing_debit, closing_credit] = side(opening.plus(net(within)));
  const gross = (which: 'debit' | 'credit') =>
    within.reduce((sum, entry) => sum.plus(entry[which] ?? 0), new Decimal(0)).toFixed(2);
  return {
    opening_debit,
    opening_credit,
    debit: gross('debit'),
    credit: gross('credit'),
    closing_debit,
    closing_credit,
  };
}

/** Pages of every size end in the same balance. */
async function compareStatements(client: CompanyClient, entries: Entry[], from: string, to: string): Promise<void> {
  const { ledgers } = (await client.get('/api/ledgers?limit=500')).data;
  for (const { id, name: ledger } of ledgers.slice(0, 4)) {
    const known = entries.filter((entry) => entry.ledger === ledger && entry.date <= to);
    const before = known.filter((entry) => entry.opening || entry.date < from);
    const within = known.filter((entry) => !before.includes(entry));
    let balance = net(before);
    let count = 0;
    for (let cursor = ''; ; ) {
      const path = `/api/ledgers/${id}/statement?from=${from}&to=${to}&limit=2${cursor && `&cursor=${cursor}`}`;
      const { data, meta } = await client.get(path);
      expect(data.statement).toMatchObject({ opening: net(before).toFixed(2), closing: net(known).toFixed(2) });
      for (const line of data.statement.lines) {
        count += 1;
        balance = balance.plus(line.debit).minus(line.credit);
        expect(line.balance).toBe(balance.toFixed(2));
      }
      if (!meta?.next_cursor) break;
      cursor = meta.next_cursor;
    }
    expect(count).toBe(within.length);
    expect(balance.toFixed(2)).toBe(net(known).toFixed(2));
  }
}
