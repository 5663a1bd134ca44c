import type { EntityManager } from 'typeorm';
import { dayNumber, marksHolding, OPENING_LEVEL } from '../totals/day-marks.js';
import { tenThousandths } from '../totals/ten-thousandths.js';
import { ALL_LEDGERS, type DaySum } from '../totals/totals-store.js';
import type { Check } from './verification.js';

const LEDGERS_AT_ONCE = 20;
/** Rows of totals that one statement sums. */
const MARKS_AT_ONCE = 64;

/**
 * Each row of totals weighs differently, so that a ledger's weighed sum shows a difference in any of them. The same in
 * SQL and here; prime numbers, and products that fit a BIGINT.
 */
const WEIGHT_SQL = '((mark * 2654435761 + level * 40503) MOD 2147483647)';
const weightOf = ({ level, mark }: { level: number; mark: number }): bigint =>
  (BigInt(mark) * 2_654_435_761n + BigInt(level) * 40_503n) % 2_147_483_647n;

const STORED = `SELECT ledger_id, SUM(debit * ${WEIGHT_SQL}) AS debit, SUM(credit * ${WEIGHT_SQL}) AS credit, COUNT(*) AS count
  FROM ledger_totals WHERE level = ? AND mark >= ? AND mark <= ? GROUP BY ledger_id`;

const DAYS = `SELECT ledger_id, date, is_opening, SUM(debit) AS debit, SUM(credit) AS credit
  FROM entries FORCE INDEX (entries_ledger) WHERE ledger_id IN (?) AND in_books = 1 GROUP BY ledger_id, date, is_opening`;

const NOT_FOLDED = 'SELECT ledger_id, date, is_opening, debit, credit FROM entry_deltas WHERE ledger_id IN (?)';

interface Weighed {
  debit: bigint;
  credit: bigint;
}

/** Every row of totals is what the entries, but for those not folded yet, add up to. */
export const checkTotals: Check = async (tx, findings) => {
  findings.begin('totals');
  const [state]: { totals_through: string }[] = await tx.query('SELECT totals_through FROM books_state WHERE id = 1');
  if (!state) return findings.found('the row of books_state is not there: no report knows whether totals are made');
  const through = state.totals_through;
  const stored = await storedSums(tx, (rows) => findings.examined(rows));
  for (let after = '0'; ; ) {
    const ledgers: { id: string; name: string }[] = await tx.query(
      `SELECT id, name FROM ledgers WHERE id > CAST(? AS UNSIGNED) AND id <= CAST(? AS UNSIGNED) ORDER BY id LIMIT ${LEDGERS_AT_ONCE}`,
      [after, through],
    );
    if (ledgers.length === 0) break;
    const ids = ledgers.map(({ id }) => id);
    const expected = await expectedSums(tx, ids);
    for (const { id, name } of ledgers) {
      const [want, have] = [expected.get(id), stored.get(id)];
      stored.delete(id);
      if ((want?.debit ?? 0n) !== (have?.debit ?? 0n) || (want?.credit ?? 0n) !== (have?.credit ?? 0n))
        findings.found(
          `the totals of ${name} are not what its entries add up to; make them anew with finvera books rebuild`,
          {
            object_type: 'ledger',
            object_id: id,
          },
        );
    }
    after = ids.at(-1)!;
  }
  if (through !== ALL_LEDGERS) return; // the rest is not made yet, and nobody reads it
  for (const [id, { debit, credit }] of stored)
    if (debit !== 0n || credit !== 0n)
      findings.found(`there are totals of ledger ${id}, which is not there`, { object_type: 'ledger', object_id: id });
};

async function storedSums(tx: EntityManager, onRows: (rows: number) => void): Promise<Map<string, Weighed>> {
  const sums = new Map<string, Weighed>();
  for (let level = 0; level <= OPENING_LEVEL; level += 1) {
    const [ends] = await tx.query('SELECT MIN(mark) AS first, MAX(mark) AS last FROM ledger_totals WHERE level = ?', [
      level,
    ]);
    if (ends.first === null) continue;
    for (let mark = Number(ends.first); mark <= Number(ends.last); mark += MARKS_AT_ONCE) {
      const rows: { ledger_id: string; debit: string; credit: string; count: string }[] = await tx.query(STORED, [
        level, mark, mark + MARKS_AT_ONCE - 1,
      ]); // biome-ignore format: one call
      for (const { ledger_id, debit, credit } of rows)
        add(sums, ledger_id, { debit: tenThousandths(debit), credit: tenThousandths(credit) });
      onRows(rows.reduce((sum, { count }) => sum + Number(count), 0));
    }
  }
  return sums;
}

async function expectedSums(tx: EntityManager, ids: readonly string[]): Promise<Map<string, Weighed>> {
  const sums = new Map<string, Weighed>();
  const weights = new Map<string, bigint>();
  const weigh = (day: DaySum, sign: bigint) => {
    const key = `${day.date} ${day.is_opening}`;
    const weight = weights.get(key) ?? weightOfDay(day);
    weights.set(key, weight);
    const [debit, credit] = [tenThousandths(day.debit) * weight * sign, tenThousandths(day.credit) * weight * sign];
    add(sums, day.ledger_id, { debit, credit });
  };
  for (const day of (await tx.query(DAYS, [ids])) as DaySum[]) weigh(day, 1n);
  for (const change of (await tx.query(NOT_FOLDED, [ids])) as DaySum[]) weigh(change, -1n);
  return sums;
}

/** What all rows that hold a day weigh together. */
function weightOfDay({ date, is_opening }: DaySum): bigint {
  const day = dayNumber(date);
  if (is_opening) return weightOf({ level: OPENING_LEVEL, mark: day });
  let weight = 0n;
  for (const mark of marksHolding(day)) weight += weightOf(mark);
  return weight;
}

function add(sums: Map<string, Weighed>, ledgerId: string, { debit, credit }: Weighed): void {
  const sum = sums.get(ledgerId) ?? { debit: 0n, credit: 0n };
  sums.set(ledgerId, { debit: sum.debit + debit, credit: sum.credit + credit });
}
