import { type Actor, conflict, DomainError } from '@finvera/common';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { refuseDuplicate } from '../chart/duplicate-key.js';
import { CompanyTransaction } from '../company/company-transaction.js';
import { EditLog } from '../edit-log/edit-log.js';
import { PostVouchers } from '../vouchers/post-vouchers.js';
import { markRows, nextRows, type OpenedImport, openImport, type RowOutcome, type StoredRow } from './import-store.js';
import { MakeMasters } from './make-masters.js';
import type { VoucherPayload } from './plan/plan-vouchers.js';
import { columnOf } from './plan/planned-row.js';

/** Rows of one transaction; of all-or-nothing: after which the number done is written. */
const ROWS_AT_ONCE = 100;

/** What a rule refused, with the row that it refused. */
class RowFailure extends Error {
  constructor(
    readonly row: StoredRow,
    override readonly cause: DomainError,
  ) {
    super(cause.message);
  }
}

/**
 * Runs an import, one bounded step at a time: whoever takes it up goes on where the last one was. Each step locks the
 * import and reads what is left, so that two at the same moment do nothing twice.
 */
@Injectable()
export class RunImport {
  constructor(
    private readonly transaction: CompanyTransaction,
    private readonly masters: MakeMasters,
    private readonly vouchers: PostVouchers,
    private readonly editLog: EditLog,
  ) {}

  /** @returns whether there is more to do */
  async step(id: string, { mode }: { mode: 'all_or_nothing' | 'by_row' }, signal?: AbortSignal): Promise<boolean> {
    return mode === 'by_row' ? this.someRows(id) : this.allRows(id, signal);
  }

  private async someRows(id: string): Promise<boolean> {
    let rows: StoredRow[] = [];
    try {
      return await this.transaction.run(async (tx) => {
        const opened = await openImport(tx, id);
        if (opened.status !== 'running') return false;
        rows = await nextRows(tx, id, { status: 'ready', after: 0, limit: ROWS_AT_ONCE });
        if (rows.length === 0) await this.finish(tx, opened);
        else await this.makeAll(tx, id, rows, opened.actor!);
        return rows.length > 0;
      });
    } catch (error) {
      if (refusalIn(error) === null) throw error;
      await this.oneByOne(id, rows);
      return true;
    }
  }

  /** One of them is refused: each on its own says which. */
  private async oneByOne(id: string, rows: readonly StoredRow[]): Promise<void> {
    for (const row of rows)
      try {
        await this.ifReady(id, row, (tx, actor) => this.makeAll(tx, id, [row], actor));
      } catch (error) {
        const refusal = refusalIn(error);
        if (refusal === null) throw error;
        await this.ifReady(id, row, (tx) => markRows(tx, id, [refusalOf(row, refusal)]));
      }
  }

  private ifReady(id: string, row: StoredRow, work: (tx: EntityManager, actor: Actor) => Promise<void>): Promise<void> {
    return this.transaction.run(async (tx) => {
      const { status, actor } = await openImport(tx, id);
      const [next] = await nextRows(tx, id, { status: 'ready', after: row.seq - 1, limit: 1 });
      if (status === 'running' && next?.seq === row.seq) await work(tx, actor!);
    });
  }

  /** In one transaction: when a row is refused, or the process ends, nothing of it is there. */
  private async allRows(id: string, signal?: AbortSignal): Promise<boolean> {
    try {
      await this.transaction.run(async (tx) => {
        const opened = await openImport(tx, id);
        if (opened.status !== 'running') return;
        for (let after = 0; ; ) {
          signal?.throwIfAborted();
          const rows = await nextRows(tx, id, { status: 'ready', after, limit: ROWS_AT_ONCE });
          if (rows.length === 0) break;
          await this.makeAll(tx, id, rows, opened.actor!);
          after = rows.at(-1)!.seq;
        }
        await this.finish(tx, opened);
      });
    } catch (error) {
      const refusal = refusalIn(error);
      if (refusal === null) throw error;
      await this.fail(id, refusal, error instanceof RowFailure ? error.row : undefined);
    }
    return false;
  }

  private async makeAll(tx: EntityManager, id: string, rows: readonly StoredRow[], actor: Actor): Promise<void> {
    if (rows[0]!.kind === 'voucher') return this.post(tx, id, rows, actor);
    const outcomes: RowOutcome[] = [];
    for (const row of rows)
      outcomes.push({
        seq: row.seq,
        status: 'done',
        objectId: await naming(row, () => this.masters.make(tx, row, actor)),
      });
    await markRows(tx, id, outcomes);
  }

  private async post(tx: EntityManager, id: string, rows: readonly StoredRow[], actor: Actor): Promise<void> {
    const payloads = rows.map(({ payload }) => payload as VoucherPayload);
    const bodies = payloads.map(({ body }) => body);
    const posted = await this.vouchers
      .within(tx, bodies, { actor, mayOverrideLock: false, bulk: true })
      .catch((error: unknown) => {
        throw isRefusal(error) ? new RowFailure(rows[placeOf(error)] ?? rows[0]!, error) : error;
      });
    const known = posted.map((voucher, index) => [payloads[index]!.key, payloads[index]!.hash, voucher.id]);
    await refuseDuplicate(
      tx.query('INSERT INTO imported_vouchers (source_key, content_hash, voucher_id) VALUES ?', [known]),
      {
        PRIMARY: () => conflict('imported_before', 'Another import brought it in the meantime.'),
      },
    );
    await markRows(
      tx,
      id,
      posted.map((voucher, index) => ({ seq: rows[index]!.seq, status: 'done', objectId: voucher.id })),
    );
  }

  private async finish(tx: EntityManager, { id, fileName, actor }: OpenedImport): Promise<void> {
    await tx.query(
      "UPDATE book_imports SET status = 'succeeded', finished_at = CURRENT_TIMESTAMP(6), error_code = NULL, error = NULL WHERE id = ?",
      [id],
    );
    await tx.query('DELETE FROM book_import_files WHERE import_id = ?', [id]);
    const [counts] = await tx.query(
      "SELECT COUNT(*) AS done, COALESCE(SUM(kind = 'voucher'), 0) AS vouchers FROM book_import_rows WHERE import_id = ? AND status = 'done'",
      [id],
    );
    const after = { status: 'succeeded', done: Number(counts.done), vouchers: Number(counts.vouchers) };
    await this.record(tx, actor!, { action: 'imported', id, name: fileName, after });
  }

  private fail(id: string, refusal: DomainError, row?: StoredRow): Promise<void> {
    return this.transaction.run(async (tx) => {
      const { status, fileName, actor } = await openImport(tx, id);
      if (status !== 'running') return;
      if (row) await markRows(tx, id, [refusalOf(row, refusal)]);
      await tx.query(
        "UPDATE book_imports SET status = 'failed', done_rows = 0, error_code = ?, error = ?, finished_at = CURRENT_TIMESTAMP(6) WHERE id = ?",
        [refusal.code, `${row ? `${row.name}: ` : ''}${refusal.message}`.slice(0, 1_000), id],
      );
      await this.record(tx, actor!, { action: 'failed', id, name: fileName, after: { code: refusal.code } });
    });
  }

  private record(
    tx: EntityManager,
    actor: Actor,
    { action, id, name, after }: { action: string; id: string; name: string; after: unknown },
  ): Promise<void> {
    return this.editLog.record(tx, actor, { action, objectType: 'book_import', objectId: id, objectName: name, after });
  }
}

async function naming<T>(row: StoredRow, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw isRefusal(error) ? new RowFailure(row, error) : error;
  }
}

/** Whether a rule refused, and nothing was away. */
const isRefusal = (error: unknown): error is DomainError => error instanceof DomainError && error.status < 500;

function refusalIn(error: unknown): DomainError | null {
  if (error instanceof RowFailure) return error.cause;
  return isRefusal(error) ? error : null;
}

/** The voucher of a batch that a refusal names. */
const placeOf = (error: DomainError): number => Number(/^vouchers\.(\d+)\./.exec(error.details?.[0]?.field ?? '')?.[1]);

const refusalOf = ({ seq }: StoredRow, error: DomainError): RowOutcome => ({
  seq,
  status: 'refused',
  code: error.code,
  message: error.message,
  column: columnOf(error),
});
