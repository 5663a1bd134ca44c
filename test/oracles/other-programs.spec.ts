import { spawnSync } from 'node:child_process';
import { addDays, Decimal } from '@finvera/common';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { type CompanyClient, openCompany } from './company-client.js';

/**
 * Random books are exported and given to two other programs, run here and now; what they say of every ledger on random
 * days must be what the trial balance says, to the paisa.
 */
const BOOKS_BEGIN = '2021-04-01';
const DAYS = 1_460;
const RUNS = 2;
const ENTERING_MAX_MS = 120_000;
const LEDGERS = [
  { name: 'Café: "Zur Post"; Wien', group: 'Sundry Debtors' },
  { name: 'Caf\u00e9- "Zur Post"- Wien', group: 'Sundry Debtors' },
  { name: '(Loan)  from * Anna', group: 'Secured Loans' },
  { name: 'Capital', group: 'Capital Account' },
  { name: 'Sales', group: 'Sales Accounts' },
  { name: 'Rent', group: 'Indirect Expenses' },
];

interface Program {
  name: string;
  /** account and balance as CSV of two columns, of everything dated before a day */
  balances(file: string, before: string): string[];
}

const PROGRAMS: Program[] = [
  {
    name: 'hledger',
    balances: (file, before) => [
      '-f',
      file,
      'balance',
      '--flat',
      '--no-total',
      '--empty',
      '--end',
      before,
      '-O',
      'csv',
    ],
  },
  {
    name: 'ledger',
    balances: (file, before) => [
      '--args-only', '-f', file, 'balance', '--flat', '--no-total', '--empty', '--end', before,
      '--balance-format', '%(quoted(account)),%(quoted(amount))\n',
    ], // biome-ignore format: one command
  },
];

const amount = fc
  .bigInt({ min: 1n, max: 10n ** 17n - 1n })
  .map((paise) => new Decimal(paise.toString()).div(100).toFixed(2));
const day = fc.integer({ min: 0, max: DAYS }).map((days) => addDays(BOOKS_BEGIN, days));
const name = fc.constantFrom('Cash', ...LEDGERS.map((ledger) => ledger.name));
const narration = fc.constantFrom('', 'paid; in full | thanks', 'two\nlines', '  ; comment', 'Café = 5 @ 3');
const book = fc.record({
  opening: fc.record({ amount, side: fc.constantFrom('debit', 'credit') }),
  vouchers: fc.array(
    fc.record({
      debited: name,
      credited: name,
      amount,
      date: day,
      narration,
      cancelled: fc.nat(9).map((n) => n === 0),
    }),
    { minLength: 20, maxLength: 80 },
  ),
  days: fc.array(day, { minLength: 3, maxLength: 3 }),
});

const isHere = (program: string) => spawnSync(program, ['--version']).status === 0;

describe('Random books, read by other programs', () => {
  let figures = 0;
  beforeEach(() => {
    figures = 0;
  });
  for (const program of PROGRAMS) {
    const test = isHere(program.name) ? it : it.skip;
    test(
      `${program.name} finds the same balance of every ledger`,
      () =>
        fc
          .assert(
            fc.asyncProperty(book, async (random) => {
              const client = await openCompany(`other-${program.name}`);
              await enter(client, random);
              const journal = await client.text('/api/exports/journal');
              for (const date of random.days) {
                const said = ask(program, journal, addDays(date, 1));
                expect(said).toEqual(await trialBalance(client, date));
                figures += said.length;
              }
            }),
            { numRuns: RUNS, endOnFailure: true },
          )
          .then(() => expect(figures).toBeGreaterThan(RUNS)),
      ENTERING_MAX_MS,
    );
  }
});

async function enter(client: CompanyClient, { opening, vouchers }: RandomBook): Promise<void> {
  await client.put('/api/settings/company', { books_begin: BOOKS_BEGIN });
  for (const ledger of LEDGERS)
    await client.post('/api/ledgers', { ...ledger, ...(ledger.name === 'Capital' && { opening_balance: opening }) });
  const bodies = vouchers.map(({ debited, credited, amount: sum, date, narration: text }) => ({
    voucher_type: 'Journal',
    date,
    narration: text,
    entries: [
      { ledger: debited, debit: sum },
      { ledger: credited, credit: sum },
    ],
  }));
  const posted = (await client.post('/api/vouchers/bulk', { vouchers: bodies })).data.vouchers;
  for (const [index, { cancelled }] of vouchers.entries())
    if (cancelled) await client.post(`/api/vouchers/${posted[index].id}/cancel`, { reason: 'random' });
}

type RandomBook = typeof book extends fc.Arbitrary<infer Value> ? Value : never;

/** Balances that are not zero, debit positive, in order: names are the export's own. */
function ask({ name: program, balances }: Program, journal: string, before: string): string[] {
  const { status, stdout, stderr } = spawnSync(program, balances('-', before), { input: journal, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program}: ${stderr}`);
  const rows: string[][] = parse(stdout, { relax_quotes: true, escape: program === 'ledger' ? '\\' : '"' });
  return rows
    .filter(([account]) => account !== 'account')
    .map(([, text]) => new Decimal(text!.replace('INR', '').trim()))
    .filter((balance) => !balance.isZero())
    .map((balance) => balance.toFixed(2))
    .sort();
}

/** From the first day of the books on, closing is the plain sum of all entries. */
async function trialBalance(client: CompanyClient, asOf: string): Promise<string[]> {
  const { rows } = (await client.get(`/api/reports/trial-balance?from=${BOOKS_BEGIN}&as_of=${asOf}`)).data
    .trial_balance;
  return rows
    .map((row: Record<string, string>) => new Decimal(row.closing_debit!).minus(row.closing_credit!))
    .filter((balance: Decimal) => !balance.isZero())
    .map((balance: Decimal) => balance.toFixed(2))
    .sort();
}
