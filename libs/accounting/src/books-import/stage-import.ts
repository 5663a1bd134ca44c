import { type Actor, conflict, type IdempotencyRequest, newId, readJson } from '@finvera/common';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import pLimit from 'p-limit';
import { CompanySettingsReader } from '../company/company-settings.js';
import { CompanyTransaction } from '../company/company-transaction.js';
import { EditLog } from '../edit-log/edit-log.js';
import { createdBy } from '../vouchers/voucher-store.js';
import type { BookImportDto } from './book-import.dto.js';
import { nameColumns } from './formats/tables/name-columns.js';
import { formatOf, openFile, type OpenedFile } from './formats/open-file.js';
import { DEFAULT_OPTIONS, type ImportFormat, type ImportOptions } from './import-options.js';
import { openImport, readFile, readImported, storeFile, storePlan } from './import-store.js';
import { readKnownBooks } from './plan/known-books.js';
import { planBooks } from './plan/plan-books.js';
import { fingerprints } from './plan/plan-vouchers.js';
import { readImport } from './read-imports.js';

/** Files that a process reads at the same time: each may be large. */
const AT_ONCE = 2;
const reading = pLimit(AT_ONCE);
/** Files of a company that wait to be imported. */
const UNUSED_MAX = 50;

export interface Upload {
  bytes: Uint8Array;
  fileName: string;
  /** left away: what the file looks like */
  format?: ImportFormat;
  options: Partial<ImportOptions>;
}

export interface StageOptions {
  actor: Actor;
  idempotency?: IdempotencyRequest;
  dryRun?: boolean;
}

/** Takes a file of books and shows what would become of it; nothing reaches the books before the import is run. */
@Injectable()
export class StageImport {
  constructor(
    private readonly transaction: CompanyTransaction,
    private readonly settings: CompanySettingsReader,
    private readonly editLog: EditLog,
  ) {}

  /** @throws DomainError 400 when the file cannot be read at all; 409 `too_many_imports` */
  upload(upload: Upload, { actor, idempotency, dryRun }: StageOptions): Promise<BookImportDto> {
    return reading(async () => {
      const format = upload.format ?? formatOf(upload.bytes);
      const opened = await openFile(format, upload.bytes);
      const store = async (tx: EntityManager) => {
        const id = newId();
        await assertRoom(tx);
        const remembered = await rememberedMapping(tx, opened.source);
        const options = { ...DEFAULT_OPTIONS, ...remembered, ...upload.options };
        options.columns ??= opened.guess();
        const file = isReadOtherwise(options) ? await openFile(format, upload.bytes, options.columns) : opened;
        await tx.query(
          'INSERT INTO book_imports (id, format, file_name, options, summary, created_by) VALUES (?, ?, ?, ?, ?, ?)',
          [id, format, upload.fileName, JSON.stringify(options), '{}', createdBy(actor)],
        );
        await storeFile(tx, id, upload.bytes);
        const staged = await this.plan(tx, { id, options, file });
        const { warnings: _warnings, problems: _problems, ...after } = staged;
        await this.record(tx, actor, { action: 'uploaded', id, name: upload.fileName, after });
        return staged;
      };
      return this.transaction.run(store, { idempotency, dryRun });
    });
  }

  /**
   * Reads the file again with other options; what the mapping says of names and columns is remembered for files alike.
   * @throws DomainError 404 `import_not_found`, 409 `import_has_run`
   */
  change(id: string, change: Partial<ImportOptions>, { actor }: { actor: Actor }): Promise<BookImportDto> {
    return reading(() =>
      this.transaction.run(async (tx) => {
        const { format, status, options: before, fileName } = await openImport(tx, id);
        if (status !== 'ready' && status !== 'failed')
          throw conflict('import_has_run', `The import is ${status}; upload the file again to import it otherwise.`);
        const options = { ...before, ...change };
        await tx.query(
          "UPDATE book_imports SET options = ?, status = 'ready', error_code = NULL, error = NULL WHERE id = ?",
          [JSON.stringify(options), id],
        );
        const bytes = await readFile(tx, id);
        const opened = await openFile(format, bytes);
        const file = isReadOtherwise(options) ? await openFile(format, bytes, options.columns) : opened;
        if (change.names || change.columns) await rememberMapping(tx, opened.source, options);
        const staged = await this.plan(tx, { id, options, file });
        await this.record(tx, actor, { action: 'updated', id, name: fileName, before, after: options });
        return staged;
      }),
    );
  }

  private async plan(
    tx: EntityManager,
    { id, options, file }: { id: string; options: ImportOptions; file: OpenedFile },
  ): Promise<BookImportDto> {
    const parsed = await file.parse(options.columns);
    const known = await readKnownBooks(tx, await this.settings.get(tx));
    const prints = await fingerprints(parsed.vouchers);
    const imported = await readImported(
      tx,
      prints.map(({ key }) => key),
    );
    const plan = await planBooks(parsed, { known, options, fingerprints: prints, imported });
    if (options.columns) nameColumns(plan.rows, options.columns);
    await storePlan(tx, id, plan);
    const ready = plan.rows.filter(({ status }) => status === 'ready').length;
    await tx.query('UPDATE book_imports SET summary = ?, total_rows = ?, done_rows = 0 WHERE id = ?', [
      JSON.stringify({ ...plan.summary, header: file.header }),
      ready,
      id,
    ]);
    return readImport(tx, id);
  }

  private record(
    tx: EntityManager,
    actor: Actor,
    { action, id, name, before, after }: { action: string; id: string; name: string; before?: unknown; after: unknown },
  ): Promise<void> {
    return this.editLog.record(tx, actor, {
      action,
      objectType: 'book_import',
      objectId: id,
      objectName: name,
      before,
      after,
    });
  }
}

async function assertRoom(tx: EntityManager): Promise<void> {
  const [{ waiting }] = await tx.query(
    "SELECT COUNT(*) AS waiting FROM book_imports WHERE status IN ('ready', 'failed')",
  );
  if (Number(waiting) >= UNUSED_MAX)
    throw conflict(
      'too_many_imports',
      `${UNUSED_MAX} files wait to be imported; import or delete some of them first (GET /api/imports).`,
    );
}

/** Whether the mapping also says how the table is read. */
const isReadOtherwise = ({ columns }: ImportOptions) =>
  Boolean(columns?.skip_lines) || columns?.delimiter !== undefined;

type Mapping = Pick<ImportOptions, 'names'> & Partial<Pick<ImportOptions, 'columns'>>;

async function rememberedMapping(tx: EntityManager, source: string): Promise<Mapping> {
  const [row]: { mapping: unknown }[] = await tx.query('SELECT mapping FROM book_import_mappings WHERE source = ?', [
    source,
  ]);
  return row ? readJson<Mapping>(row.mapping) : { names: {} };
}

async function rememberMapping(tx: EntityManager, source: string, { names, columns }: ImportOptions): Promise<void> {
  const mapping = JSON.stringify({ names, columns });
  await tx.query(
    'INSERT INTO book_import_mappings (source, mapping) VALUES (?, ?) ON DUPLICATE KEY UPDATE mapping = ?',
    [source, mapping, mapping],
  );
}
