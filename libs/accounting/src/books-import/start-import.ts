import {
  type Actor,
  type CompanyPrincipal,
  conflict,
  forbidden,
  type IdempotencyRequest,
  ruleBroken,
} from '@finvera/common';
import { InjectTenantDataSource, TenantDataSource } from '@finvera/tenancy';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { CompanyTransaction } from '../company/company-transaction.js';
import { EditLog } from '../edit-log/edit-log.js';
import type { BookImportDto, RunImportDto, UndoImportDto } from './book-import.dto.js';
import { ImportRunner } from './import-runner.js';
import { openImport, storedActor } from './import-store.js';
import type { RowKind, RowStatus } from './plan/planned-row.js';
import { readImport } from './read-imports.js';

/** Vouchers of an import that is all or nothing: one transaction, which holds the number series as long as it takes. */
export const ATOMIC_VOUCHERS_MAX = 10_000;

const NEEDED: Partial<Record<RowKind, string>> = {
  group: 'groups:write',
  ledger: 'ledgers:write',
  opening: 'ledgers:write',
  cost_category: 'ledgers:write',
  cost_centre: 'ledgers:write',
  voucher_type: 'voucher_types:write',
};

interface StartOptions {
  actor: Actor;
  user: Pick<CompanyPrincipal, 'permissions'>;
  idempotency?: IdempotencyRequest;
}

/** Begins what takes longer than a request: importing, and taking back. */
@Injectable()
export class StartImport {
  constructor(
    @InjectTenantDataSource() private readonly dataSource: TenantDataSource,
    private readonly transaction: CompanyTransaction,
    private readonly editLog: EditLog,
    private readonly runner: ImportRunner,
  ) {}

  /** @throws DomainError 403; 404 `import_not_found`; 409 `import_has_run`; 422 `import_has_errors`, `import_too_large` */
  async run(id: string, { mode }: RunImportDto, { actor, user, idempotency }: StartOptions): Promise<BookImportDto> {
    const begun = await this.transaction.run(
      async (tx) => {
        const { status, options: before } = await openImport(tx, id);
        if (status !== 'ready' && status !== 'failed')
          throw conflict('import_has_run', `The import is ${status}; upload the file again to import it once more.`);
        const options = { ...before, ...(mode && { mode }) };
        const counts = await countRows(tx, id);
        assertMay(counts, user, 'import');
        const ready = sum(counts, ({ status: of }) => of === 'ready');
        if (options.mode === 'all_or_nothing') assertWhole(counts);
        await tx.query(
          `UPDATE book_imports SET status = 'running', options = ?, actor = ?, total_rows = ?, done_rows = 0, error_code = NULL, error = NULL,
             started_at = CURRENT_TIMESTAMP(6), finished_at = NULL WHERE id = ?`,
          [JSON.stringify(options), storedActor(actor), ready, id],
        );
        return this.begun(tx, id, { action: 'started', actor });
      },
      { idempotency },
    );
    this.runner.wake(this.dataSource.tenantId, id);
    return begun;
  }

  /** @throws DomainError 403; 404 `import_not_found`; 409 `import_has_not_run` */
  async undo(
    id: string,
    { reason }: UndoImportDto,
    { actor, user, idempotency }: StartOptions,
  ): Promise<BookImportDto> {
    const begun = await this.transaction.run(
      async (tx) => {
        const { status } = await openImport(tx, id);
        if (!['succeeded', 'failed', 'undone'].includes(status))
          throw conflict('import_has_not_run', `The import is ${status}; only what was imported is taken back.`);
        if (!user.permissions.has('vouchers:cancel'))
          throw forbidden('To undo an import you need the permission vouchers:cancel.');
        // what could not be taken back before is tried again
        await tx.query("UPDATE book_import_rows SET status = 'done' WHERE import_id = ? AND status = 'kept'", [id]);
        const counts = await countRows(tx, id);
        assertMay(counts, user, 'undo an import of');
        await tx.query(
          `UPDATE book_imports SET status = 'undoing', actor = ?, undo_reason = ?, total_rows = ?, done_rows = 0,
             started_at = CURRENT_TIMESTAMP(6), finished_at = NULL WHERE id = ?`,
          [storedActor(actor), reason, sum(counts, ({ status: of }) => of === 'done'), id],
        );
        return this.begun(tx, id, { action: 'undo started', actor, reason });
      },
      { idempotency },
    );
    this.runner.wake(this.dataSource.tenantId, id);
    return begun;
  }

  /** Throws the file away. @throws DomainError 404 `import_not_found`; 409 `import_has_run` */
  delete(id: string, actor: Actor): Promise<void> {
    return this.transaction.run(async (tx) => {
      const { status, fileName } = await openImport(tx, id);
      const done = sum(
        await countRows(tx, id),
        ({ status: of }) => of !== 'ready' && ['done', 'kept', 'undone'].includes(of),
      );
      if (done > 0 || (status !== 'ready' && status !== 'failed'))
        throw conflict('import_has_run', `The import is ${status}; it stays, so that the books can be explained.`);
      await tx.query('DELETE FROM book_imports WHERE id = ?', [id]);
      await this.editLog.record(tx, actor, {
        action: 'deleted',
        objectType: 'book_import',
        objectId: id,
        objectName: fileName,
        before: { status },
      });
    });
  }

  private async begun(
    tx: EntityManager,
    id: string,
    { action, actor, reason }: { action: string; actor: Actor; reason?: string },
  ): Promise<BookImportDto> {
    const begun = await readImport(tx, id);
    const { id: _id, file_name, status, mode, numbers, missing_masters } = begun;
    const after = { status, mode, numbers, missing_masters };
    await this.editLog.record(tx, actor, {
      action,
      objectType: 'book_import',
      objectId: id,
      objectName: file_name,
      after,
      reason,
    });
    return begun;
  }
}

interface Count {
  kind: RowKind;
  status: RowStatus;
  count: number;
}

async function countRows(tx: EntityManager, id: string): Promise<Count[]> {
  const rows: Count[] = await tx.query(
    'SELECT kind, status, COUNT(*) AS count FROM book_import_rows WHERE import_id = ? GROUP BY kind, status',
    [id],
  );
  return rows.map((row) => ({ ...row, count: Number(row.count) }));
}

const sum = (counts: readonly Count[], which: (count: Count) => boolean): number =>
  counts.filter(which).reduce((total, { count }) => total + count, 0);

/** Nobody makes by an import what he may not make otherwise. */
function assertMay(counts: readonly Count[], { permissions }: StartOptions['user'], what: string): void {
  for (const { kind, status } of counts) {
    const needed = NEEDED[kind];
    if (needed && (status === 'ready' || status === 'done') && !permissions.has(needed))
      throw forbidden(`To ${what} ${kind.replace('_', ' ')}s you need the permission ${needed}.`);
  }
}

function assertWhole(counts: readonly Count[]): void {
  const refused = sum(counts, ({ status }) => status === 'refused');
  if (refused > 0)
    throw ruleBroken(
      'import_has_errors',
      `${refused} rows of the file are refused (GET …/rows?status=refused); mend the file or the mapping, or import with mode by_row.`,
    );
  const vouchers = sum(counts, ({ kind, status }) => kind === 'voucher' && status === 'ready');
  if (vouchers > ATOMIC_VOUCHERS_MAX)
    throw ruleBroken(
      'import_too_large',
      `All or nothing is for up to ${ATOMIC_VOUCHERS_MAX} vouchers, the file has ${vouchers}; choose mode by_row (it can be undone), or send the file in parts.`,
    );
}
