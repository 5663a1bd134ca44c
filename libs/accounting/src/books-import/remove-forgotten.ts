import { systemActor } from '@finvera/common';
import { Injectable } from '@nestjs/common';
import { CompanyTransaction } from '../company/company-transaction.js';
import { EditLog } from '../edit-log/edit-log.js';

/** Files that nobody ran are thrown away after so many days. */
export const UNUSED_KEPT_DAYS = 30;
/** Of one run, so that it ends. */
const RUN_MAX = 20;

const FORGOTTEN = `SELECT i.id, i.file_name, i.status FROM book_imports i
  WHERE i.status IN ('ready', 'failed') AND i.updated_at < CURRENT_TIMESTAMP - INTERVAL ? DAY
    AND NOT EXISTS (SELECT 1 FROM book_import_rows r WHERE r.import_id = i.id AND r.status IN ('done', 'undone', 'kept'))
  ORDER BY i.id LIMIT ? FOR UPDATE`;

/** Throws files away that were uploaded and never imported. */
@Injectable()
export class RemoveForgotten {
  constructor(
    private readonly transaction: CompanyTransaction,
    private readonly editLog: EditLog,
  ) {}

  /** @returns how many */
  run(): Promise<number> {
    return this.transaction.run(async (tx) => {
      const rows: { id: string; file_name: string; status: string }[] = await tx.query(FORGOTTEN, [
        UNUSED_KEPT_DAYS,
        RUN_MAX,
      ]);
      if (rows.length === 0) return 0;
      await tx.query('DELETE FROM book_imports WHERE id IN (?)', [rows.map(({ id }) => id)]);
      const reason = `nobody imported it for ${UNUSED_KEPT_DAYS} days`;
      await this.editLog.recordMany(
        tx,
        systemActor('resume-imports'),
        rows.map(({ id, file_name, status }) => ({
          action: 'deleted', objectType: 'book_import', objectId: id, objectName: file_name, before: { status }, reason,
        })), // biome-ignore format: one record
      );
      return rows.length;
    });
  }
}
