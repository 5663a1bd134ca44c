import { InjectTenantDataSource, TenantDataSource } from '@finvera/tenancy';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { ALL_LEDGERS, addToTotals, type DaySum, type DeltaKey, openTotals, removeDeltas } from './totals-store.js';

/** Old rows of totals that one transaction takes away. */
const CLEARED_AT_ONCE = 20_000;
/** Days with sums, and changes, that are held at once. */
const ROWS_AT_ONCE = 4_000;
/** Small ledgers share a transaction. */
const LEDGERS_AT_ONCE = 20;

const NEXT_LEDGERS = `SELECT id FROM ledgers WHERE id > CAST(? AS UNSIGNED) ORDER BY id LIMIT ${LEDGERS_AT_ONCE}`;

const DAYS = `SELECT ledger_id, date, is_opening, SUM(debit) AS debit, SUM(credit) AS credit
  FROM entries FORCE INDEX (entries_ledger) WHERE ledger_id = ? AND in_books = 1 GROUP BY ledger_id, date, is_opening`;

const CHANGES = 'SELECT entry_id, ledger_id, in_books FROM entry_deltas WHERE ledger_id IN (?)';

/**
 * Sums books that were there before the totals, and books whose totals are in doubt: ledger by ledger, each from one
 * snapshot, while everybody posts. Until the last one is done reports read entries.
 */
@Injectable()
export class BuildTotals {
  constructor(@InjectTenantDataSource() private readonly dataSource: TenantDataSource) {}

  /** Whether there is something left to build. */
  async isPending(): Promise<boolean> {
    const [state] = await this.dataSource.query('SELECT totals_through FROM books_state WHERE id = 1');
    return state !== undefined && state.totals_through !== ALL_LEDGERS;
  }

  /** Begins anew; `step` does the work. */
  async restart(): Promise<void> {
    await this.dataSource.query('UPDATE books_state SET totals_through = 0 WHERE id = 1');
  }

  /** One step, in one transaction. @returns false when it is all done, or another process is at it */
  step(): Promise<boolean> {
    return this.dataSource.transaction('REPEATABLE READ', async (tx) => {
      const through = await openTotals(tx);
      if (through === null || through === ALL_LEDGERS) return false;
      if (through === '0' && (await clearSome(tx))) return true;
      const ledgers: { id: string }[] = await tx.query(NEXT_LEDGERS, [through]);
      const ids = ledgers.map(({ id }) => id);
      if (ids.length > 0) await buildLedgers(tx, ids);
      await tx.query('UPDATE books_state SET totals_through = ? WHERE id = 1', [ids.at(-1) ?? ALL_LEDGERS]);
      return true;
    });
  }
}

async function clearSome(tx: EntityManager): Promise<boolean> {
  const { affectedRows } = await tx.query(`DELETE FROM ledger_totals LIMIT ${CLEARED_AT_ONCE}`);
  return affectedRows > 0;
}

/** Entries and their changes are read from the same snapshot: what the one holds, the other no longer has to tell. */
async function buildLedgers(tx: EntityManager, ids: readonly string[]): Promise<void> {
  const changes: DeltaKey[] = await tx.query(CHANGES, [ids]);
  let days: DaySum[] = [];
  for (const id of ids) {
    days.push(...((await tx.query(DAYS, [id])) as DaySum[]));
    if (days.length < ROWS_AT_ONCE) continue;
    await addInParts(tx, days);
    days = [];
  }
  await addInParts(tx, days);
  for (let at = 0; at < changes.length; at += ROWS_AT_ONCE)
    await removeDeltas(tx, changes.slice(at, at + ROWS_AT_ONCE));
}

async function addInParts(tx: EntityManager, days: readonly DaySum[]): Promise<void> {
  for (let at = 0; at < days.length; at += ROWS_AT_ONCE) await addToTotals(tx, days.slice(at, at + ROWS_AT_ONCE));
}
