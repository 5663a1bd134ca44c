import { gunzip, gzip } from 'node:zlib';
import { promisify } from 'node:util';
import { type Actor, notFound, readJson } from '@finvera/common';
import type { EntityManager } from 'typeorm';
import type { SqlSession } from '../schema/sql-session.js';
import type { ImportFormat, ImportOptions } from './import-options.js';
import type { ImportedVoucher } from './plan/plan-vouchers.js';
import type { BooksPlan } from './plan/plan-books.js';
import type { PlannedRow, RowKind, RowStatus } from './plan/planned-row.js';

const ROWS_PER_INSERT = 500;
const KEYS_AT_ONCE = 1_000;
/** Keeps a statement well below max_allowed_packet. */
const PART_BYTES = 1_048_576;
const NAME_MAX = 255;

export type ImportStatus = 'ready' | 'running' | 'succeeded' | 'failed' | 'undoing' | 'undone';

/** An import whose row is locked until the transaction ends. */
export interface OpenedImport {
  id: string;
  format: ImportFormat;
  fileName: string;
  status: ImportStatus;
  options: ImportOptions;
  actor: Actor | null;
  undoReason: string | null;
}

/** A row that is worked on. */
export interface StoredRow {
  seq: number;
  kind: RowKind;
  name: string;
  status: RowStatus;
  objectId: string | null;
  payload: unknown;
}

interface ImportRow extends Omit<OpenedImport, 'options' | 'actor'> {
  options: unknown;
  actor: unknown;
}

const OPEN = `SELECT id, format, file_name AS fileName, status, options, actor, undo_reason AS undoReason
  FROM book_imports WHERE id = ? FOR UPDATE`;

/** @throws DomainError 404 `import_not_found` */
export async function openImport(tx: EntityManager, id: string): Promise<OpenedImport> {
  const [row]: ImportRow[] = /^\d{1,20}$/.test(id) ? await tx.query(OPEN, [id]) : [];
  if (!row) throw notFound('import', id, 'import_not_found');
  return { ...row, options: readJson<ImportOptions>(row.options), actor: actorOf(row.actor) };
}

/** Who asked for it, as the row keeps it. */
export const storedActor = ({ voucherTypeIds, ...actor }: Actor): string =>
  JSON.stringify({ ...actor, ...(voucherTypeIds && { voucherTypeIds: [...voucherTypeIds] }) });

function actorOf(stored: unknown): Actor | null {
  const actor = readJson<(Omit<Actor, 'voucherTypeIds'> & { voucherTypeIds?: string[] }) | null>(stored);
  if (!actor) return null;
  const { voucherTypeIds, ...who } = actor;
  return { ...who, ...(voucherTypeIds && { voucherTypeIds: new Set(voucherTypeIds) }) };
}

/** Writes rows and balances of a plan; those of an earlier plan go. */
export async function storePlan(tx: EntityManager, id: string, { rows, balances }: BooksPlan): Promise<void> {
  await tx.query('DELETE FROM book_import_rows WHERE import_id = ?', [id]);
  await tx.query('DELETE FROM book_import_balances WHERE import_id = ?', [id]);
  await insertAll(
    tx,
    'INSERT INTO book_import_rows (import_id, seq, line, kind, name, status, object_id, payload, column_name, code, message) VALUES ?',
    rows.map((row, index) => [id, index + 1, ...columnsOf(row)]),
  );
  await insertAll(
    tx,
    'INSERT INTO book_import_balances (import_id, seq, ledger, opening, debit, credit) VALUES ?',
    balances.map(({ ledger, opening, debit, credit }, index) => [
      id, index + 1, start(ledger, NAME_MAX), opening?.toFixed() ?? null, debit.toFixed(), credit.toFixed(),
    ]), // biome-ignore format: one row
  );
}

const columnsOf = ({ line, kind, name, status, objectId, payload, column, code, message }: PlannedRow): unknown[] => [
  line, kind, start(name, NAME_MAX), status, objectId ?? null, payload === undefined ? null : JSON.stringify(payload),
  column ?? null, code ?? null, message === undefined ? null : start(message, 500),
]; // biome-ignore format: one row

const start = (text: string, length: number) => [...text].slice(0, length).join('');

async function insertAll(tx: EntityManager, sql: string, rows: readonly unknown[][]): Promise<void> {
  for (let at = 0; at < rows.length; at += ROWS_PER_INSERT) await tx.query(sql, [rows.slice(at, at + ROWS_PER_INSERT)]);
}

const NEXT = `SELECT seq, kind, name, status, object_id AS objectId, payload FROM book_import_rows
  WHERE import_id = ? AND status = ? AND seq > ? ORDER BY seq LIMIT ?`;

/** The next rows of a status that are of one kind, in their order. */
export async function nextRows(
  tx: SqlSession,
  id: string,
  { status, after, limit }: { status: RowStatus; after: number; limit: number },
): Promise<StoredRow[]> {
  const rows: (StoredRow & { payload: string | null })[] = await tx.query(NEXT, [id, status, after, limit]);
  const end = rows.findIndex(({ kind }) => kind !== rows[0]!.kind);
  return rows
    .slice(0, end === -1 ? rows.length : end)
    .map((row) => ({ ...row, payload: row.payload === null ? null : JSON.parse(row.payload) }));
}

const PREVIOUS = `SELECT seq, kind, name, status, object_id AS objectId, NULL AS payload FROM book_import_rows
  WHERE import_id = ? AND status = 'done' ORDER BY seq DESC LIMIT ?`;

/** The last rows that are done and of one kind, the last first. */
export async function lastDone(tx: SqlSession, id: string, limit: number): Promise<StoredRow[]> {
  const rows: StoredRow[] = await tx.query(PREVIOUS, [id, limit]);
  const end = rows.findIndex(({ kind }) => kind !== rows[0]!.kind);
  return rows.slice(0, end === -1 ? rows.length : end);
}

export interface RowOutcome {
  seq: number;
  status: RowStatus;
  objectId?: string | null;
  column?: string;
  code?: string;
  message?: string;
}

const MARK = `UPDATE JSON_TABLE(?, '$[*]' COLUMNS (seq INT UNSIGNED PATH '$.seq', status VARCHAR(20) PATH '$.status',
    object_id BIGINT UNSIGNED PATH '$.objectId', column_name VARCHAR(60) PATH '$.column', code VARCHAR(60) PATH '$.code',
    message VARCHAR(500) PATH '$.message')) n
  STRAIGHT_JOIN book_import_rows r FORCE INDEX (PRIMARY) ON r.import_id = ? AND r.seq = n.seq
  SET r.status = CONVERT(n.status USING utf8mb4), r.object_id = COALESCE(n.object_id, r.object_id), r.column_name = n.column_name, r.code = n.code,
    r.message = n.message, r.payload = IF(n.status = 'done', NULL, r.payload)`;

/** Writes what became of rows, and how many are through. */
export async function markRows(tx: EntityManager, id: string, outcomes: readonly RowOutcome[]): Promise<void> {
  if (outcomes.length === 0) return;
  const rows = outcomes.map((one) => ({
    ...one,
    ...(one.message !== undefined && { message: start(one.message, 500) }),
  }));
  await tx.query(MARK, [JSON.stringify(rows), id]);
  await tx.query('UPDATE book_imports SET done_rows = done_rows + ? WHERE id = ?', [outcomes.length, id]);
}

/** Vouchers that came with an import before, by source key. */
export async function readImported(tx: EntityManager, keys: readonly string[]): Promise<Map<string, ImportedVoucher>> {
  const found = new Map<string, ImportedVoucher>();
  for (let at = 0; at < keys.length; at += KEYS_AT_ONCE) {
    const rows: { key: string; hash: string; id: string }[] = await tx.query(
      'SELECT source_key AS `key`, content_hash AS hash, voucher_id AS id FROM imported_vouchers WHERE source_key IN (?)',
      [keys.slice(at, at + KEYS_AT_ONCE)],
    );
    for (const { key, hash, id } of rows) found.set(key, { voucherId: id, contentHash: hash });
  }
  return found;
}

/** Keeps the file, packed, in parts that a statement can carry. */
export async function storeFile(tx: EntityManager, id: string, bytes: Uint8Array): Promise<void> {
  const packed = await promisify(gzip)(bytes);
  for (let at = 0; at < packed.length; at += PART_BYTES)
    await tx.query('INSERT INTO book_import_files (import_id, part, content) VALUES (?, ?, ?)', [
      id, at / PART_BYTES, packed.subarray(at, at + PART_BYTES),
    ]); // biome-ignore format: one call
}

export async function readFile(tx: SqlSession, id: string): Promise<Uint8Array> {
  const parts: { content: Buffer }[] = await tx.query(
    'SELECT content FROM book_import_files WHERE import_id = ? ORDER BY part',
    [id],
  );
  return promisify(gunzip)(Buffer.concat(parts.map(({ content }) => content)));
}
