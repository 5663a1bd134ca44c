import type { EntityManager } from 'typeorm';
import { decimalOf, tenThousandths } from './ten-thousandths.js';
import { dayNumber, type Mark, marksHolding, OPENING_LEVEL } from './day-marks.js';

/** All ledgers are summed: what `totals_through` says then. */
export const ALL_LEDGERS = '18446744073709551615';

/** What a ledger moved on a day, or a part of it; amounts as decimals, negative for what goes out of the books. */
export interface DaySum {
  ledger_id: string;
  date: string;
  is_opening: number;
  debit: string;
  credit: string;
}

const ADD = `INSERT INTO ledger_totals (level, mark, ledger_id, debit, credit) VALUES ?
  ON DUPLICATE KEY UPDATE debit = ledger_totals.debit + VALUES(debit), credit = ledger_totals.credit + VALUES(credit)`;
/** Days with sums that are computed and written at once: few enough not to keep the event loop from others. */
const DAYS_AT_ONCE = 400;

// the order and the index are forced: each key finds its own row, and no other is locked
const REMOVE = `DELETE d FROM JSON_TABLE(?, '$[*]' COLUMNS (entry_id BIGINT UNSIGNED PATH '$.entry_id',
    ledger_id BIGINT UNSIGNED PATH '$.ledger_id', in_books TINYINT PATH '$.in_books')) k
  STRAIGHT_JOIN entry_deltas d FORCE INDEX (PRIMARY)
    ON d.entry_id = k.entry_id AND d.ledger_id = k.ledger_id AND d.in_books = k.in_books`;

export interface DeltaKey {
  entry_id: string;
  ledger_id: string;
  in_books: number;
}

/**
 * Whether this transaction may write totals until it ends, and up to which ledger they are made. One at a time: null
 * when another one is at it.
 */
export async function openTotals(tx: EntityManager): Promise<string | null> {
  const [state]: { totals_through: string }[] = await tx.query(
    'SELECT totals_through FROM books_state WHERE id = 1 FOR UPDATE SKIP LOCKED',
  );
  return state?.totals_through ?? null;
}

export async function addToTotals(tx: EntityManager, sums: readonly DaySum[]): Promise<void> {
  const days = daysOf(sums);
  for (let at = 0; at < days.length; at += DAYS_AT_ONCE)
    await tx.query(ADD, [rowsOf(days.slice(at, at + DAYS_AT_ONCE))]);
}

interface Day {
  ledgerId: string;
  day: number;
  isOpening: boolean;
  /** in ten-thousandths */
  debit: bigint;
  credit: bigint;
}

/** One sum for each ledger and day, those of a ledger beside each other. */
function daysOf(sums: readonly DaySum[]): Day[] {
  const days = new Map<string, Day>();
  for (const { ledger_id: ledgerId, date, is_opening, debit, credit } of sums) {
    const key = `${ledgerId} ${date} ${is_opening}`;
    let day = days.get(key);
    if (!day) {
      day = { ledgerId, day: dayNumber(date), isOpening: Boolean(is_opening), debit: 0n, credit: 0n };
      days.set(key, day);
    }
    day.debit += tenThousandths(debit);
    day.credit += tenThousandths(credit);
  }
  return [...days.values()].sort((a, b) => byLedger(a, b) || a.day - b.day);
}

const byLedger = (a: { ledgerId: string }, b: { ledgerId: string }) => {
  const [first, second] = [BigInt(a.ledgerId), BigInt(b.ledgerId)];
  return first < second ? -1 : first > second ? 1 : 0;
};

interface Total extends Mark {
  ledgerId: string;
  /** in ten-thousandths */
  debit: bigint;
  credit: bigint;
}

/** What is to be added to which row, in the order of the primary key. */
function rowsOf(days: readonly Day[]): string[][] {
  const totals = new Map<string, Total>();
  for (const { ledgerId, day, isOpening, debit, credit } of days) {
    for (const { level, mark } of isOpening ? [{ level: OPENING_LEVEL, mark: day }] : marksHolding(day)) {
      const key = `${level} ${mark} ${ledgerId}`;
      const total = totals.get(key);
      if (total) {
        total.debit += debit;
        total.credit += credit;
      } else totals.set(key, { level, mark, ledgerId, debit, credit });
    }
  }
  return [...totals.values()]
    .sort((a, b) => a.level - b.level || a.mark - b.mark || byLedger(a, b))
    .map(({ level, mark, ledgerId, debit, credit }) => [
      String(level), String(mark), ledgerId, decimalOf(debit), decimalOf(credit),
    ]); // biome-ignore format: one row
}

/** @throws when one of them is not there: somebody else took it, and nothing may be counted twice */
export async function removeDeltas(tx: EntityManager, keys: readonly DeltaKey[]): Promise<void> {
  if (keys.length === 0) return;
  const { affectedRows }: { affectedRows: number } = await tx.query(REMOVE, [JSON.stringify(keys)]);
  if (affectedRows !== keys.length)
    throw new Error(`${keys.length} changes of entries were summed, but ${affectedRows} were there to be removed`);
}
