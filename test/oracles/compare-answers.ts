import { Decimal } from '@finvera/common';
import type { Answers, Book } from './book.js';
import type { CompanyClient } from './company-client.js';

type Figures = Record<string, string>;

/** Counts the figures that were compared, and keeps those that differ as sentences. */
export class Comparison {
  compared = 0;
  readonly differences: string[] = [];

  equal(what: string, actual: unknown, expected: unknown): void {
    this.compared += 1;
    if (actual !== expected) this.differences.push(`${what}: ${String(actual)} instead of ${String(expected)}`);
  }

  /** What must hold whatever the answers say; counts only when it does not. */
  holds(what: string, actual: unknown, expected: unknown): void {
    if (actual !== expected) this.equal(what, actual, expected);
  }

  /** Both ways: what is missing and what is too much count as different. */
  same(what: string, actual: Figures, expected: Figures): void {
    for (const name of new Set([...Object.keys(actual), ...Object.keys(expected)]))
      this.equal(`${what}, ${name}`, actual[name], expected[name]);
  }
}

const isZero = (amount: string) => new Decimal(amount).isZero();

/** Asks the company for every figure of the answers. */
export async function compareAnswers(client: CompanyClient, book: Book, answers: Answers): Promise<Comparison> {
  const comparison = new Comparison();
  for (const expected of answers.trial_balances) await compareTrialBalance(client, expected, comparison);
  for (const expected of answers.profit_and_loss) await compareProfitAndLoss(client, expected, comparison);
  for (const expected of answers.balance_sheets) {
    const { data } = await client.get(`/api/reports/balance-sheet?as_of=${expected.as_of}`);
    for (const figure of ['assets', 'liabilities', 'equity', 'profit_not_closed'] as const)
      comparison.equal(`balance sheet ${expected.as_of}, ${figure}`, data.balance_sheet[figure], expected[figure]);
  }
  for (const expected of answers.statements) await compareStatement(client, expected, comparison);
  for (const expected of answers.outstandings ?? []) await compareOutstandings(client, expected, comparison);
  await compareDayBook(client, book, comparison);
  return comparison;
}

async function compareTrialBalance(
  client: CompanyClient,
  { from, as_of, closing, total }: Answers['trial_balances'][number],
  comparison: Comparison,
): Promise<void> {
  const what = `trial balance ${as_of}`;
  const { data } = await client.get(`/api/reports/trial-balance?from=${from}&as_of=${as_of}`);
  const { rows, totals } = data.trial_balance as { rows: Record<string, string>[]; totals: Figures };
  const sides = (debit: string, credit: string) => `debit ${debit} credit ${credit}`;
  const standing = rows.filter((row) => !isZero(row.closing_debit!) || !isZero(row.closing_credit!));
  const zero = new Decimal(0).toFixed(digitsOf(total));
  comparison.same(
    what,
    Object.fromEntries(standing.map((row) => [row.ledger, sides(row.closing_debit!, row.closing_credit!)])),
    Object.fromEntries(
      Object.entries(closing).map(([name, { debit = zero, credit = zero }]) => [name, sides(debit, credit)]),
    ),
  );
  comparison.equal(`${what}, total of debits`, totals.closing_debit, total);
  comparison.equal(`${what}, total of credits`, totals.closing_credit, total);
  comparison.holds(`${what}, totals of movement`, totals.debit, totals.credit);
  comparison.holds(`${what}, totals of opening`, totals.opening_debit, totals.opening_credit);
}

async function compareProfitAndLoss(
  client: CompanyClient,
  { from, to, accounts, ...expected }: Answers['profit_and_loss'][number],
  comparison: Comparison,
): Promise<void> {
  const what = `profit and loss ${from} to ${to}`;
  const { data } = await client.get(`/api/reports/profit-and-loss?from=${from}&to=${to}`);
  const report = data.profit_and_loss;
  for (const figure of ['income', 'expense', 'net_profit'] as const)
    comparison.equal(`${what}, ${figure}`, report[figure], expected[figure]);
  const groups: { ledgers: { ledger: string; amount: string }[] }[] = report.sections.flatMap(
    (section: { groups: object[] }) => section.groups,
  );
  const lines = groups.flatMap(({ ledgers }) => ledgers.map(({ ledger, amount }) => [ledger, amount]));
  comparison.same(what, Object.fromEntries(lines), accounts);
}

/** Pages of a prime number of lines, so that pages end within days and vouchers. */
const LINES_PER_PAGE = 37;

async function compareStatement(
  client: CompanyClient,
  { account, from, to, lines, balance_at_end_of_day, ...expected }: Answers['statements'][number],
  comparison: Comparison,
): Promise<void> {
  const what = `statement of ${account} ${from} to ${to}`;
  const id = await ledgerId(client, account);
  let count = 0;
  let sum = new Decimal(expected.opening);
  const days: Figures = {};
  const figures = ['opening', 'closing', 'total_debit', 'total_credit'] as const;
  for (let cursor = ''; ; ) {
    const path = `/api/ledgers/${id}/statement?from=${from}&to=${to}&limit=${LINES_PER_PAGE}`;
    const { data, meta } = await client.get(`${path}${cursor && `&cursor=${cursor}`}`);
    for (const figure of figures)
      comparison[cursor ? 'holds' : 'equal'](`${what}, ${figure}`, data.statement[figure], expected[figure]);
    for (const line of data.statement.lines) {
      count += 1;
      sum = sum.plus(line.debit).minus(line.credit);
      comparison.holds(`${what}, balance after line ${count}`, line.balance, sum.toFixed(digitsOf(line.balance)));
      days[line.date] = line.balance;
    }
    if (!meta?.next_cursor) break;
    cursor = meta.next_cursor;
  }
  comparison.equal(`${what}, number of lines`, count, lines);
  comparison.same(`${what}, end of day`, days, balance_at_end_of_day);
}

const digitsOf = (amount: string) => amount.split('.')[1]?.length ?? 0;

async function ledgerId(client: CompanyClient, name: string): Promise<string> {
  const { data } = await client.get(`/api/ledgers?limit=500&search=${encodeURIComponent(name.slice(0, 100))}`);
  return data.ledgers.find((ledger: { name: string }) => ledger.name === name).id;
}

interface Party {
  ledger: string;
  total: string;
  on_account: string;
  buckets: Figures;
}

async function compareOutstandings(
  client: CompanyClient,
  { as_of, age_by, parties }: NonNullable<Answers['outstandings']>[number],
  comparison: Comparison,
): Promise<void> {
  const what = `outstandings ${as_of}`;
  const bills = new Map<string, Figures>();
  const found: Party[] = [];
  for (const side of ['receivable', 'payable']) {
    const path = `/api/reports/outstandings?as_of=${as_of}&side=${side}&age_by=${age_by}&buckets=30,60,90`;
    const { outstandings } = (await client.get(path)).data;
    found.push(...outstandings.by_party);
    for (const { ledger, name, pending } of outstandings.bills)
      bills.set(ledger, { ...bills.get(ledger), [name]: pending });
  }
  const names = new Set([...found.map(({ ledger }) => ledger), ...Object.keys(parties)]);
  for (const name of names) {
    const party = found.find(({ ledger }) => ledger === name);
    const expected = parties[name];
    if (!party || !expected) {
      comparison.equal(`${what}, ${name}`, party && 'present', expected && 'present');
      continue;
    }
    comparison.equal(`${what}, ${name}, total`, party.total, expected.total);
    comparison.equal(`${what}, ${name}, on account`, party.on_account, expected.on_account);
    comparison.same(`${what}, ${name}, bill`, bills.get(name) ?? {}, expected.bills);
    const filled = Object.entries(party.buckets).filter(([, amount]) => !isZero(amount));
    comparison.same(
      `${what}, ${name}, bucket`,
      Object.fromEntries(filled),
      Object.fromEntries(Object.entries(expected.buckets).filter(([, amount]) => !isZero(amount))),
    );
  }
}

/** Cancelled vouchers are in the day book, marked. */
async function compareDayBook(client: CompanyClient, book: Book, comparison: Comparison): Promise<void> {
  const dates = book.vouchers.map(({ date }) => date).sort();
  let all = 0;
  let cancelled = 0;
  for (let cursor = ''; ; ) {
    const path = `/api/reports/day-book?from=${dates[0]}&to=${dates.at(-1)}&limit=500`;
    const { data, meta } = await client.get(`${path}${cursor && `&cursor=${cursor}`}`);
    all += data.vouchers.length;
    cancelled += data.vouchers.filter(({ status }: { status: string }) => status === 'cancelled').length;
    if (!meta?.next_cursor) break;
    cursor = meta.next_cursor;
  }
  comparison.equal('day book, vouchers', all, book.vouchers.length);
  comparison.equal('day book, cancelled', cancelled, book.vouchers.filter((voucher) => voucher.cancelled).length);
}
