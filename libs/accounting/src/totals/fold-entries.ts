import { InjectTenantDataSource, TenantDataSource } from '@finvera/tenancy';
import { Injectable } from '@nestjs/common';
import { addToTotals, type DaySum, type DeltaKey, openTotals, removeDeltas } from './totals-store.js';

/** Changes that one transaction folds. */
const BATCH = 8_000;

const WAITING = `SELECT COUNT(*) AS waiting FROM (SELECT 1 FROM entry_deltas LIMIT ?) d`;

const NEXT = `SELECT entry_id, ledger_id, in_books, date, is_opening, debit, credit FROM entry_deltas
  WHERE ledger_id <= CAST(? AS UNSIGNED) ORDER BY entry_id, ledger_id, in_books LIMIT ${BATCH}`;

/** Adds what came into the books and went out of them to the totals of its ledgers. */
@Injectable()
export class FoldEntries {
  constructor(@InjectTenantDataSource() private readonly dataSource: TenantDataSource) {}

  /** How many changes wait to be folded, counted up to a bound. */
  async waiting(max: number): Promise<number> {
    const [row] = await this.dataSource.query(WAITING, [max]);
    return Number(row.waiting);
  }

  /**
   * One batch, in one transaction: totals and changes together say the same before and after it.
   * @returns how many were folded; 0 when there are none, or another process is at it
   */
  fold(): Promise<number> {
    return this.dataSource.transaction('REPEATABLE READ', async (tx) => {
      const through = await openTotals(tx);
      if (through === null) return 0;
      const deltas: (DaySum & DeltaKey)[] = await tx.query(NEXT, [through]);
      await addToTotals(
        tx,
        deltas.map(({ ledger_id, date, is_opening, debit, credit }) => ({
          ledger_id,
          date,
          is_opening,
          debit,
          credit,
        })),
      );
      await removeDeltas(
        tx,
        deltas.map(({ entry_id, ledger_id, in_books }) => ({ entry_id, ledger_id, in_books })),
      );
      return deltas.length;
    });
  }
}
