import { notFound, offsetOf, type PageQuery, readJson } from '@finvera/common';
import { InjectTenantDataSource, TenantDataSource } from '@finvera/tenancy';
import { Injectable } from '@nestjs/common';
import type { SqlSession } from '../schema/sql-session.js';
import type { BookImportDto, ImportRowDto, ListImportRowsQuery } from './book-import.dto.js';
import { ImportRunner } from './import-runner.js';
import type { ImportFormat, ImportOptions } from './import-options.js';
import type { ImportStatus } from './import-store.js';
import type { ImportSummary } from './plan/plan-books.js';

/** Refused rows that an import shows of itself; the others are on its list of rows. */
const PROBLEMS_MAX = 20;

const IMPORT = `SELECT id, format, file_name, status, options, summary, total_rows, done_rows, error_code, error, undo_reason, created_by,
    created_at, started_at, finished_at FROM book_imports`;
const COUNTS = `SELECT import_id, kind, status, COUNT(*) AS count FROM book_import_rows
  WHERE import_id IN (?) GROUP BY import_id, kind, status ORDER BY MIN(seq)`;
const ROWS = `SELECT line, kind, name, status, object_id, column_name AS \`column\`, code, message FROM book_import_rows`;

interface ImportRow {
  id: string;
  format: ImportFormat;
  file_name: string;
  status: ImportStatus;
  options: unknown;
  summary: unknown;
  total_rows: number;
  done_rows: number;
  error_code: string | null;
  error: string | null;
  undo_reason: string | null;
  created_by: string;
  created_at: Date;
  started_at: Date | null;
  finished_at: Date | null;
}

/** @throws DomainError 404 `import_not_found` */
export async function readImport(session: SqlSession, id: string): Promise<BookImportDto> {
  const rows: ImportRow[] = /^\d{1,20}$/.test(id) ? await session.query(`${IMPORT} WHERE id = ?`, [id]) : [];
  if (rows.length === 0) throw notFound('import', id, 'import_not_found');
  const problems: ImportRowDto[] = await session.query(
    `${ROWS} WHERE import_id = ? AND status = 'refused' ORDER BY seq LIMIT ?`,
    [id, PROBLEMS_MAX],
  );
  return { ...(await toDtos(session, rows))[0]!, problems };
}

async function toDtos(session: SqlSession, rows: readonly ImportRow[]): Promise<BookImportDto[]> {
  if (rows.length === 0) return [];
  const counted: { import_id: string; kind: string; status: string; count: number }[] = await session.query(COUNTS, [
    rows.map(({ id }) => id),
  ]);
  return rows.map(({ options, summary, total_rows, done_rows, error_code, error, ...row }) => {
    const { header, from, to, opening_difference, ignored, warnings } = readJson<ImportSummary>(summary);
    const counts: Record<string, Record<string, number>> = {};
    for (const { import_id, kind, status, count } of counted)
      if (import_id === row.id) counts[kind] = { ...counts[kind], [status]: Number(count) };
    return {
      ...row,
      ...readJson<ImportOptions>(options),
      file_columns: header,
      period: from === null || to === null ? null : { from, to },
      counts,
      progress: { done: done_rows, total: total_rows },
      opening_difference,
      ignored,
      warnings,
      problems: [],
      error: error_code === null ? null : { code: error_code, message: error ?? '' },
      created_at: row.created_at.toISOString(),
      started_at: row.started_at?.toISOString() ?? null,
      finished_at: row.finished_at?.toISOString() ?? null,
    };
  });
}

/** Shows imports and their rows. Whoever looks at one that is under way wakes who works on it. */
@Injectable()
export class ReadImports {
  constructor(
    @InjectTenantDataSource() private readonly dataSource: TenantDataSource,
    private readonly runner: ImportRunner,
  ) {}

  /** @throws DomainError 404 `import_not_found` */
  async one(id: string): Promise<BookImportDto> {
    const found = await readImport(this.dataSource, id);
    if (found.status !== 'running' && found.status !== 'undoing') return found;
    this.runner.wake(this.dataSource.tenantId, id);
    // how far a transaction is that is all or nothing shows before its end, and only this
    const [row]: { done_rows: number }[] = await this.dataSource.transaction('READ UNCOMMITTED', (tx) =>
      tx.query('SELECT done_rows FROM book_imports WHERE id = ?', [id]),
    );
    return { ...found, progress: { ...found.progress, done: row?.done_rows ?? found.progress.done } };
  }

  async list(query: PageQuery): Promise<{ imports: BookImportDto[]; total: number }> {
    const rows: ImportRow[] = await this.dataSource.query(`${IMPORT} ORDER BY id DESC LIMIT ? OFFSET ?`, [
      query.limit,
      offsetOf(query),
    ]);
    const [{ total }] = await this.dataSource.query('SELECT COUNT(*) AS total FROM book_imports');
    return { imports: await toDtos(this.dataSource, rows), total: Number(total) };
  }

  /** In the order in which they are imported. @throws DomainError 404 `import_not_found` */
  async rows(id: string, query: ListImportRowsQuery): Promise<{ rows: ImportRowDto[]; total: number }> {
    await readImport(this.dataSource, id);
    const { kind = null, status = null } = query;
    const where = 'WHERE import_id = ? AND (? IS NULL OR kind = ?) AND (? IS NULL OR status = ?)';
    const filters = [id, kind, kind, status, status];
    const rows: ImportRowDto[] = await this.dataSource.query(`${ROWS} ${where} ORDER BY seq LIMIT ? OFFSET ?`, [
      ...filters,
      query.limit,
      offsetOf(query),
    ]);
    const [{ total }] = await this.dataSource.query(`SELECT COUNT(*) AS total FROM book_import_rows ${where}`, filters);
    return { rows, total: Number(total) };
  }
}
