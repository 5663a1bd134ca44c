import type { EntityManager } from 'typeorm';
import { STEPS } from './day-marks.js';

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

const ADD = `INSERT INTO ledger_totals (level, mark, ledger_id, debit, credit)
  SELECT s.level, ((d.day DIV s.days) DIV s.marks) * s.marks + s.step AS mark_of_step, d.ledger_id, SUM(d.debit), SUM(d.credit)
  FROM (
    SELECT n.ledger_id, TO_DAYS(n.date) AS day, n.is_opening, SUM(n.debit) AS debit, SUM(n.credit) AS credit
    FROM JSON_TABLE(?, '$[*]' COLUMNS (ledger_id BIGINT UNSIGNED PATH '$.ledger_id', date DATE PATH '$.date',
      is_opening TINYINT PATH '$.is_opening', debit DECIMAL(30,4) PATH '$.debit', credit DECIMAL(30,4) PATH '$.credit')) n
    GROUP BY n.ledger_id, n.date, n.is_opening
  ) d
  JOIN JSON_TABLE(?, '$[*]' COLUMNS (level INT PATH '$.level', days INT PATH '$.days', marks INT PATH '$.marks',
    step INT PATH '$.step', opening INT PATH '$.opening')) s
    ON s.opening = d.is_opening AND s.step >= (d.day DIV s.days) MOD s.marks
  GROUP BY s.level, mark_of_step, d.ledger_id
  ON DUPLICATE KEY UPDATE debit = ledger_totals.debit + VALUES(debit), credit = ledger_totals.credit + VALUES(credit)`;

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
  if (sums.length > 0) await tx.query(ADD, [JSON.stringify(sums), STEPS]);
}

/** @throws when one of them is not there: somebody else took it, and nothing may be counted twice */
export async function removeDeltas(tx: EntityManager, keys: readonly DeltaKey[]): Promise<void> {
  if (keys.length === 0) return;
  const { affectedRows }: { affectedRows: number } = await tx.query(REMOVE, [JSON.stringify(keys)]);
  if (affectedRows !== keys.length)
    throw new Error(`${keys.length} changes of entries were summed, but ${affectedRows} were there to be removed`);
}
