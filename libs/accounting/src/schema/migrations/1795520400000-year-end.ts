import { type MigrationStep, StepMigration } from '@finvera/common';

const BASE_TYPES =
  "'contra','payment','receipt','journal','sales','purchase','credit_note','debit_note','memorandum','reversing_journal','opening'";

/**
 * Financial years are closed; a voucher whose reversal was cancelled is reversed again; new bill names are held by one
 * voucher at a time.
 */
export class YearEnd1795520400000 extends StepMigration {
  readonly phase = 'expand';
  readonly release = '0.1.0';
  readonly steps: readonly MigrationStep[] = [
    {
      up: `ALTER TABLE voucher_types MODIFY base_type ENUM(${BASE_TYPES},'closing') NOT NULL`,
      down: `ALTER TABLE voucher_types MODIFY base_type ENUM(${BASE_TYPES}) NOT NULL`,
    },
    {
      up: 'ALTER TABLE company_settings ADD COLUMN closed_until DATE NULL AFTER lock_date',
      down: 'ALTER TABLE company_settings DROP COLUMN closed_until',
    },
    {
      up: `CREATE TABLE bill_names (
  ledger_id BIGINT UNSIGNED NOT NULL,
  name VARCHAR(100) NOT NULL,
  PRIMARY KEY (ledger_id, name),
  CONSTRAINT bill_names_ledger FOREIGN KEY (ledger_id) REFERENCES ledgers (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci`,
      down: 'DROP TABLE bill_names',
    },
    {
      // kept by the triggers below; a generated column would not go through a dump from one engine's programs to the other
      up: 'ALTER TABLE vouchers ADD COLUMN standing_reversal_of_id BIGINT UNSIGNED NULL',
      down: 'ALTER TABLE vouchers DROP COLUMN standing_reversal_of_id',
    },
    {
      up: `UPDATE vouchers SET standing_reversal_of_id = reversal_of_id
  WHERE standing_reversal_of_id IS NULL AND reversal_of_id IS NOT NULL AND status <> 'cancelled' LIMIT 1000`,
      down: null,
      batched: true,
    },
    {
      up: 'ALTER TABLE vouchers ADD UNIQUE KEY vouchers_standing_reversal (standing_reversal_of_id)',
      down: 'ALTER TABLE vouchers DROP KEY vouchers_standing_reversal',
    },
    {
      up: 'ALTER TABLE vouchers ADD KEY vouchers_reversal_of (reversal_of_id)',
      down: 'ALTER TABLE vouchers DROP KEY vouchers_reversal_of',
    },
    {
      up: 'ALTER TABLE vouchers DROP KEY vouchers_reversal',
      down: 'ALTER TABLE vouchers ADD UNIQUE KEY vouchers_reversal (reversal_of_id)',
    },
    {
      up: `CREATE TRIGGER vouchers_note_reversal BEFORE INSERT ON vouchers FOR EACH ROW
  BEGIN
    SET NEW.standing_reversal_of_id = NEW.reversal_of_id;
  END`,
      down: 'DROP TRIGGER vouchers_note_reversal',
    },
    {
      up: `CREATE TRIGGER vouchers_guard_closed_year BEFORE UPDATE ON vouchers FOR EACH ROW
  BEGIN
    SET NEW.standing_reversal_of_id = IF(NEW.status = 'cancelled', NULL, NEW.reversal_of_id);
    IF (NEW.status <> OLD.status OR NEW.version <> OLD.version) AND NEW.status <> 'draft' AND EXISTS (SELECT 1
        FROM company_settings WHERE NEW.date <= closed_until OR (OLD.status = 'posted' AND OLD.date <= closed_until)) THEN
      SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'year_closed: the financial year of the voucher is closed';
    END IF;
  END`,
      down: 'DROP TRIGGER vouchers_guard_closed_year',
    },
  ];
}
