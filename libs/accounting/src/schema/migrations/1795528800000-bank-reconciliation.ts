import { type MigrationStep, StepMigration } from '@finvera/common';
import { STAMPS, TABLE_OPTIONS, tableSteps } from './parts.js';

const TABLES = {
  bank_statements: `CREATE TABLE bank_statements (
  id BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  ledger_id BIGINT UNSIGNED NOT NULL,
  format ENUM('csv','ofx','camt053','mt940') NOT NULL,
  file_name VARCHAR(200) NOT NULL DEFAULT '',
  from_date DATE NULL,
  to_date DATE NULL,
  opening_balance DECIMAL(22,4) NULL,
  closing_balance DECIMAL(22,4) NULL,
  line_count INT UNSIGNED NOT NULL,
  repeated_count INT UNSIGNED NOT NULL,
  created_by VARCHAR(64) NOT NULL,
  ${STAMPS},
  KEY bank_statements_ledger (ledger_id, to_date),
  CONSTRAINT bank_statements_ledger FOREIGN KEY (ledger_id) REFERENCES ledgers (id)
) ${TABLE_OPTIONS}`,

  bank_lines: `CREATE TABLE bank_lines (
  id BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  statement_id BIGINT UNSIGNED NOT NULL,
  ledger_id BIGINT UNSIGNED NOT NULL,
  date DATE NOT NULL,
  amount DECIMAL(22,4) NOT NULL,
  description VARCHAR(1000) NOT NULL DEFAULT '',
  reference VARCHAR(200) NOT NULL DEFAULT '',
  fingerprint CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  ignored_reason VARCHAR(500) NULL,
  UNIQUE KEY bank_lines_fingerprint (ledger_id, fingerprint),
  KEY bank_lines_statement (statement_id),
  KEY bank_lines_date (ledger_id, date, id),
  CONSTRAINT bank_lines_statement FOREIGN KEY (statement_id) REFERENCES bank_statements (id),
  CONSTRAINT bank_lines_amount CHECK (amount <> 0)
) ${TABLE_OPTIONS}`,

  bank_matches: `CREATE TABLE bank_matches (
  entry_id BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  ledger_id BIGINT UNSIGNED NOT NULL,
  line_id BIGINT UNSIGNED NULL,
  bank_date DATE NOT NULL,
  reason VARCHAR(500) NOT NULL DEFAULT '',
  matched_by VARCHAR(64) NOT NULL,
  ${STAMPS},
  KEY bank_matches_line (line_id),
  KEY bank_matches_ledger (ledger_id, bank_date),
  CONSTRAINT bank_matches_entry FOREIGN KEY (entry_id) REFERENCES entries (id) ON DELETE CASCADE,
  CONSTRAINT bank_matches_line FOREIGN KEY (line_id) REFERENCES bank_lines (id)
) ${TABLE_OPTIONS}`,

  bank_rules: `CREATE TABLE bank_rules (
  id BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  name VARCHAR(120) NOT NULL,
  contains VARCHAR(200) NOT NULL,
  direction ENUM('deposit','withdrawal') NOT NULL,
  counter_ledger_id BIGINT UNSIGNED NOT NULL,
  voucher_type_id BIGINT UNSIGNED NULL,
  narration VARCHAR(500) NOT NULL DEFAULT '',
  is_active TINYINT(1) NOT NULL DEFAULT 1,
  version INT UNSIGNED NOT NULL DEFAULT 1,
  ${STAMPS},
  UNIQUE KEY bank_rules_name (name),
  CONSTRAINT bank_rules_ledger FOREIGN KEY (counter_ledger_id) REFERENCES ledgers (id),
  CONSTRAINT bank_rules_type FOREIGN KEY (voucher_type_id) REFERENCES voucher_types (id)
) ${TABLE_OPTIONS}`,
};

/** Statements of banks, what their lines are in the books, and rules for lines that are not there yet. */
export class BankReconciliation1795528800000 extends StepMigration {
  readonly phase = 'expand';
  readonly release = '0.1.0';
  readonly steps: readonly MigrationStep[] = tableSteps(TABLES);
}
