import { addDays, Decimal } from '@finvera/common';
import { dayNumber, marksUpTo, OPENING_LEVEL } from './day-marks.js';
import { ALL_LEDGERS } from './totals-store.js';

/** A period, and the first day from which `before_this_year` counts. */
export interface SummedPeriod {
  /** nothing is dated before it */
  booksBegin: string;
  yearStart: string;
  from: string;
  to: string;
}

/** What a ledger had before a period and moved within it, as decimals. */
export interface LedgerSums {
  ledger_id: string;
  /** net, debit positive: all entries before the period, and opening balances */
  before_net: string;
  /** of those, what stands on `yearStart` or later */
  before_this_year: string;
  debit: string;
  credit: string;
}

/** Net at the end of the period, debit positive. */
export const closingBalance = ({ before_net, debit, credit }: LedgerSums): Decimal =>
  new Decimal(before_net).plus(debit).minus(credit);

/** An opening entry belongs to the balance before any period, but to none that ends before it is dated. */
const sumsOf = (rows: string, ledgers: string) => `SELECT e.ledger_id,
    SUM(CASE WHEN e.date < ? OR e.is_opening = 1 THEN e.debit - e.credit ELSE 0 END) AS before_net,
    SUM(CASE WHEN e.date >= ? AND (e.date < ? OR e.is_opening = 1) THEN e.debit - e.credit ELSE 0 END) AS before_this_year,
    SUM(CASE WHEN e.date >= ? AND e.is_opening = 0 THEN e.debit ELSE 0 END) AS debit,
    SUM(CASE WHEN e.date >= ? AND e.is_opening = 0 THEN e.credit ELSE 0 END) AS credit
  FROM ${rows} WHERE ${ledgers} e.date <= ? GROUP BY e.ledger_id`;

const MARKS = `JSON_TABLE(?, '$[*]' COLUMNS (level TINYINT UNSIGNED PATH '$.level', mark INT UNSIGNED PATH '$.mark',
      for_before INT PATH '$.before', for_year INT PATH '$.this_year', for_period INT PATH '$.within')) m
    STRAIGHT_JOIN ledger_totals t FORCE INDEX (PRIMARY) ON t.level = m.level AND t.mark = m.mark`;

const totalsOf = (ledger: string) => `SELECT t.ledger_id, SUM(m.for_before * (t.debit - t.credit)) AS before_net,
      SUM(m.for_year * (t.debit - t.credit)) AS before_this_year, SUM(m.for_period * t.debit) AS debit, SUM(m.for_period * t.credit) AS credit
    FROM ${MARKS} ${ledger && 'AND t.ledger_id = ?'} GROUP BY t.ledger_id`;

const openingsOf = (
  ledger: string,
) => `SELECT o.ledger_id, o.debit - o.credit, CASE WHEN o.mark >= ? THEN o.debit - o.credit ELSE 0 END, 0, 0
    FROM ledger_totals o WHERE o.level = ${OPENING_LEVEL} AND o.mark <= ? ${ledger}`;

/** Totals, opening balances and what was not folded yet, in one statement: one snapshot. */
const fromTotals = (
  ledger: '' | 'one',
) => `SELECT s.ledger_id, SUM(s.before_net) AS before_net, SUM(s.before_this_year) AS before_this_year,
    SUM(s.debit) AS debit, SUM(s.credit) AS credit, (SELECT b.totals_through FROM books_state b WHERE b.id = 1) AS through
  FROM (${totalsOf(ledger)}
    UNION ALL ${openingsOf(ledger && 'AND o.ledger_id = ?')}
    UNION ALL ${sumsOf('entry_deltas e', ledger && 'e.ledger_id = ? AND')}) s
  GROUP BY s.ledger_id`;

const OF_ALL = fromTotals('');
const OF_ONE = fromTotals('one');
const THROUGH = 'SELECT totals_through AS through FROM books_state WHERE id = 1';

/** The same from the entries alone: what the totals must say. */
const PLAIN_OF_ALL = sumsOf('entries e FORCE INDEX (entries_ledger)', 'e.in_books = 1 AND');
const PLAIN_OF_ONE = sumsOf('entries e FORCE INDEX (entries_ledger)', 'e.ledger_id = ? AND e.in_books = 1 AND');

/** A connection, a transaction whose snapshot is read, or a company's reader. */
interface Session {
  query<Rows>(sql: string, parameters?: unknown[]): Promise<Rows>;
}

/**
 * Sums of all ledgers that have any, at any dates, from totals and from what is not in them yet: the one place from which
 * reports take them, so that they cannot disagree. What it reads does not grow with the entries.
 */
export const readTotals = (session: Session, period: SummedPeriod): Promise<LedgerSums[]> => read(session, period, []);

/** The same of one ledger. */
export async function readTotalsOf(session: Session, ledgerId: string, period: SummedPeriod): Promise<LedgerSums> {
  const [sums] = await read(session, period, [ledgerId]);
  return sums ?? { ledger_id: ledgerId, before_net: '0', before_this_year: '0', debit: '0', credit: '0' };
}

async function read(session: Session, period: SummedPeriod, ledger: [] | [string]): Promise<LedgerSums[]> {
  const { from, yearStart, to } = period;
  const dates = [from, yearStart, from, from, from, ...ledger, to];
  const openings = [dayNumber(yearStart), dayNumber(to), ...ledger];
  const rows = await session.query<(LedgerSums & { through: string })[]>(ledger.length ? OF_ONE : OF_ALL, [
    JSON.stringify(weighedMarks(period)), ...ledger, ...openings, ...dates,
  ]); // biome-ignore format: one call
  const through = rows[0]?.through ?? (await session.query<{ through: string }[]>(THROUGH))[0]?.through;
  return through === ALL_LEDGERS ? rows : session.query(ledger.length ? PLAIN_OF_ONE : PLAIN_OF_ALL, dates);
}

/** Each mark with how often it counts in which sum. */
function weighedMarks({ booksBegin, yearStart, from, to }: SummedPeriod) {
  const first = dayNumber(booksBegin);
  const weighed = new Map<string, { level: number; mark: number; before: number; this_year: number; within: number }>();
  const add = (until: string, weights: { before?: number; this_year?: number; within?: number }) => {
    for (const { level, mark } of marksUpTo(dayNumber(until), first)) {
      const { before = 0, this_year = 0, within = 0 } = weights;
      const one = weighed.get(`${level} ${mark}`) ?? { level, mark, before: 0, this_year: 0, within: 0 };
      one.before += before;
      one.this_year += this_year;
      one.within += within;
      weighed.set(`${level} ${mark}`, one);
    }
  };
  const dayBefore = addDays(from, -1);
  add(dayBefore, { before: 1, this_year: 1, within: -1 });
  add(addDays(yearStart, -1), { this_year: -1 });
  add(to, { within: 1 });
  return [...weighed.values()].filter(({ before, this_year, within }) => before || this_year || within);
}
