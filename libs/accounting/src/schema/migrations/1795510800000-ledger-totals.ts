import { type MigrationStep, StepMigration } from '@finvera/common';

const OPTIONS = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci';

/** What comes into the books or goes out of them is noted beside, in rows of its own: posters wait for nobody. */
const TABLES: Record<string, string> = {
  entry_deltas: `CREATE TABLE entry_deltas (
  entry_id BIGINT UNSIGNED NOT NULL,
  ledger_id BIGINT UNSIGNED NOT NULL,
  in_books TINYINT NOT NULL,
  date DATE NOT NULL,
  is_opening TINYINT NOT NULL,
  debit DECIMAL(30,4) NOT NULL,
  credit DECIMAL(30,4) NOT NULL,
  PRIMARY KEY (entry_id, ledger_id, in_books)
) ${OPTIONS}`,

  ledger_totals: `CREATE TABLE ledger_totals (
  level TINYINT UNSIGNED NOT NULL,
  mark INT UNSIGNED NOT NULL,
  ledger_id BIGINT UNSIGNED NOT NULL,
  debit DECIMAL(30,4) NOT NULL,
  credit DECIMAL(30,4) NOT NULL,
  PRIMARY KEY (level, mark, ledger_id)
) ${OPTIONS}`,

  edit_log_unsealed: `CREATE TABLE edit_log_unsealed (
  log_id BIGINT UNSIGNED NOT NULL PRIMARY KEY
) ${OPTIONS}`,

  edit_log_chain: `CREATE TABLE edit_log_chain (
  sequence BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  log_id BIGINT UNSIGNED NOT NULL,
  chain_hash CHAR(64) NOT NULL,
  UNIQUE KEY edit_log_chain_row (log_id)
) ${OPTIONS}`,

  books_state: `CREATE TABLE books_state (
  id TINYINT NOT NULL PRIMARY KEY DEFAULT 1,
  totals_through BIGINT UNSIGNED NOT NULL,
  log_noted_through BIGINT UNSIGNED NOT NULL,
  log_noted_until BIGINT UNSIGNED NOT NULL,
  CONSTRAINT books_state_one_row CHECK (id = 1)
) ${OPTIONS}`,
};

const refuse = (sentence: string) => `SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = '${sentence}'`;

const TRIGGERS: Record<string, string> = {
  entries_note_change: `CREATE TRIGGER entries_note_change AFTER UPDATE ON entries FOR EACH ROW
  BEGIN
    IF NEW.is_opening <> OLD.is_opening THEN
      ${refuse('an entry is not changed; its voucher is altered as a new version')};
    END IF;
    IF NEW.in_books <> OLD.in_books OR NEW.ledger_id <> OLD.ledger_id THEN
      IF OLD.in_books = 1 THEN
        INSERT INTO entry_deltas (entry_id, ledger_id, in_books, date, is_opening, debit, credit)
          VALUES (OLD.id, OLD.ledger_id, 0, OLD.date, OLD.is_opening, -OLD.debit, -OLD.credit)
          ON DUPLICATE KEY UPDATE debit = debit - OLD.debit, credit = credit - OLD.credit;
      END IF;
      IF NEW.in_books = 1 THEN
        INSERT INTO entry_deltas (entry_id, ledger_id, in_books, date, is_opening, debit, credit)
          VALUES (NEW.id, NEW.ledger_id, 1, NEW.date, NEW.is_opening, NEW.debit, NEW.credit)
          ON DUPLICATE KEY UPDATE debit = debit + NEW.debit, credit = credit + NEW.credit;
      END IF;
    END IF;
  END`,

  edit_log_note_row: `CREATE TRIGGER edit_log_note_row AFTER INSERT ON edit_log FOR EACH ROW
  BEGIN
    INSERT INTO edit_log_unsealed (log_id) VALUES (NEW.id);
  END`,

  edit_log_chain_no_change: `CREATE TRIGGER edit_log_chain_no_change BEFORE UPDATE ON edit_log_chain FOR EACH ROW
  BEGIN
    ${refuse('the chain of the edit log is not changed')};
  END`,

  edit_log_chain_no_delete: `CREATE TRIGGER edit_log_chain_no_delete BEFORE DELETE ON edit_log_chain FOR EACH ROW
  BEGIN
    ${refuse('the chain of the edit log is not deleted')};
  END`,

  edit_log_unsealed_stay: `CREATE TRIGGER edit_log_unsealed_stay BEFORE DELETE ON edit_log_unsealed FOR EACH ROW
  BEGIN
    IF NOT EXISTS (SELECT 1 FROM edit_log_chain c WHERE c.log_id = OLD.log_id) THEN
      ${refuse('a row of the edit log waits until it is in the chain')};
    END IF;
  END`,
};

/** Every ledger of a company that has no entries yet is summed from the first one on. */
const ALL = '18446744073709551615';

/**
 * Sums per ledger that reports read instead of entries, and the chain of the edit log. Books that are there already are
 * summed and chained afterwards, ledger by ledger, while they are in use; until then reports read entries.
 */
export class LedgerTotals1795510800000 extends StepMigration {
  readonly phase = 'expand';
  readonly release = '0.1.0';
  readonly steps: readonly MigrationStep[] = [
    ...Object.entries(TABLES).map(([table, up]) => ({ up, down: `DROP TABLE ${table}` })),
    ...Object.entries(TRIGGERS).map(([trigger, up]) => ({ up, down: `DROP TRIGGER ${trigger}` })),
    {
      up: `INSERT IGNORE INTO books_state (id, totals_through, log_noted_through, log_noted_until)
        SELECT 1, CASE WHEN EXISTS (SELECT 1 FROM entries) THEN 0 ELSE ${ALL} END, 0,
          (SELECT COALESCE(MAX(id), 0) FROM edit_log)`,
      down: null,
    },
  ];
}
