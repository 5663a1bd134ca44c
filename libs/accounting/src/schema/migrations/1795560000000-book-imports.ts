import { type MigrationStep, StepMigration } from '@finvera/common';
import { STAMPS, TABLE_OPTIONS, tableSteps } from './parts.js';

const TABLES = {
  book_imports: `CREATE TABLE book_imports (
  id BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  format VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  file_name VARCHAR(200) NOT NULL DEFAULT '',
  status ENUM('ready','running','succeeded','failed','undoing','undone') NOT NULL DEFAULT 'ready',
  options JSON NOT NULL,
  summary JSON NOT NULL,
  total_rows INT UNSIGNED NOT NULL DEFAULT 0,
  done_rows INT UNSIGNED NOT NULL DEFAULT 0,
  actor JSON NULL,
  undo_reason VARCHAR(500) NULL,
  error_code VARCHAR(60) NULL,
  error VARCHAR(1000) NULL,
  created_by VARCHAR(64) NOT NULL,
  started_at DATETIME(6) NULL,
  finished_at DATETIME(6) NULL,
  ${STAMPS},
  KEY book_imports_status (status)
) ${TABLE_OPTIONS}`,

  // what a change of the mapping is read from again; goes when the import has run
  book_import_files: `CREATE TABLE book_import_files (
  import_id BIGINT UNSIGNED NOT NULL,
  part SMALLINT UNSIGNED NOT NULL,
  content MEDIUMBLOB NOT NULL,
  PRIMARY KEY (import_id, part),
  CONSTRAINT book_import_files_import FOREIGN KEY (import_id) REFERENCES book_imports (id) ON DELETE CASCADE
) ${TABLE_OPTIONS}`,

  book_import_rows: `CREATE TABLE book_import_rows (
  import_id BIGINT UNSIGNED NOT NULL,
  seq INT UNSIGNED NOT NULL,
  line INT UNSIGNED NOT NULL,
  kind ENUM('unread','group','cost_category','cost_centre','voucher_type','ledger','opening','voucher') NOT NULL,
  name VARCHAR(255) NOT NULL,
  status ENUM('ready','exists','repeated','left_out','refused','done','undone','kept') NOT NULL,
  object_id BIGINT UNSIGNED NULL,
  payload LONGTEXT NULL,
  column_name VARCHAR(60) NULL,
  code VARCHAR(60) NULL,
  message VARCHAR(500) NULL,
  PRIMARY KEY (import_id, seq),
  KEY book_import_rows_status (import_id, status, seq),
  KEY book_import_rows_object (object_id, kind, status),
  CONSTRAINT book_import_rows_import FOREIGN KEY (import_id) REFERENCES book_imports (id) ON DELETE CASCADE
) ${TABLE_OPTIONS}`,

  // the trial balance of the file; opening is null where the file does not say it
  book_import_balances: `CREATE TABLE book_import_balances (
  import_id BIGINT UNSIGNED NOT NULL,
  seq INT UNSIGNED NOT NULL,
  ledger VARCHAR(255) NOT NULL,
  opening DECIMAL(22,4) NULL,
  debit DECIMAL(22,4) NOT NULL,
  credit DECIMAL(22,4) NOT NULL,
  PRIMARY KEY (import_id, seq),
  CONSTRAINT book_import_balances_import FOREIGN KEY (import_id) REFERENCES book_imports (id) ON DELETE CASCADE
) ${TABLE_OPTIONS}`,

  // makes a second import know a voucher again
  imported_vouchers: `CREATE TABLE imported_vouchers (
  source_key CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  content_hash CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  voucher_id BIGINT UNSIGNED NOT NULL,
  KEY imported_vouchers_voucher (voucher_id)
) ${TABLE_OPTIONS}`,

  book_import_mappings: `CREATE TABLE book_import_mappings (
  source CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  mapping JSON NOT NULL,
  ${STAMPS}
) ${TABLE_OPTIONS}`,
};

/** Imports of books: files, what stands in them row by row, and which vouchers came from them. */
export class BookImports1795560000000 extends StepMigration {
  readonly phase = 'expand';
  readonly release = '0.1.0';
  readonly steps: readonly MigrationStep[] = tableSteps(TABLES);
}
