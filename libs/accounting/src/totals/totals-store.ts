import type { EntityManager } from 'typeorm';
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
/** Rows of one statement; keeps it well below max_allowed_packet. */
const ROWS_PER_INSERT = 5_000;

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
  const rows = rowsOf(sums);
  for (let at = 0; at < rows.length; at += ROWS_PER_INSERT) await tx.query(ADD, [rows.slice(at, at + ROWS_PER_INSERT)]);
}

interface Total extends Mark {
  ledgerId: string;
  /** in ten-thousandths */
  debit: bigint;
  credit: bigint;
}

/** What is to be added to which row, in the order of the primary key. */
function rowsOf(sums: readonly DaySum[]): string[][] {
  const totals = new Map<string, Total>();
  for (const { ledger_id, date, is_opening, debit, credit } of sums) {
    const day = dayNumber(date);
    const [inDebit, inCredit] = [tenThousandths(debit), tenThousandths(credit)];
    for (const { level, mark } of is_opening ? [{ level: OPENING_LEVEL, mark: day }] : marksHolding(day)) {
      const key = `${level} ${mark} ${ledger_id}`;
      const total = totals.get(key);
      if (total) {
        total.debit += inDebit;
        total.credit += inCredit;
      } else totals.set(key, { level, mark, ledgerId: ledger_id, debit: inDebit, credit: inCredit });
    }
  }
  return [...totals.values()]
    .sort((a, b) => a.level - b.level || a.mark - b.mark || Number(BigInt(a.ledgerId) - BigInt(b.ledgerId)))
    .map(({ level, mark, ledgerId, debit, credit }) => [
      String(level), String(mark), ledgerId, decimalOf(debit), decimalOf(credit),
    ]); // biome-ignore format: one row
}

/** A DECIMAL(…,4) as the database writes it, exactly. */
export function tenThousandths(decimal: string): bigint {
  const [whole = '0', fraction = ''] = decimal.split('.');
  return BigInt(whole + fraction.padEnd(4, '0'));
}

function decimalOf(value: bigint): string {
  const digits = (value < 0n ? -value : value).toString().padStart(5, '0');
  return `${value < 0n ? '-' : ''}${digits.slice(0, -4)}.${digits.slice(-4)}`;
}

/** @throws when one of them is not there: somebody else took it, and nothing may be counted twice */
export async function removeDeltas(tx: EntityManager, keys: readonly DeltaKey[]): Promise<void> {
  if (keys.length === 0) return;
  const { affectedRows }: { affectedRows: number } = await tx.query(REMOVE, [JSON.stringify(keys)]);
  if (affectedRows !== keys.length)
    throw new Error(`${keys.length} changes of entries were summed, but ${affectedRows} were there to be removed`);
}
