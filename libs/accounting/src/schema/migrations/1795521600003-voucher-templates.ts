import { type MigrationStep, StepMigration } from '@finvera/common';
import { STAMPS, TABLE_OPTIONS, tableSteps } from './parts.js';

const TABLES = {
  voucher_templates: `CREATE TABLE voucher_templates (
  id BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  name VARCHAR(120) NOT NULL,
  voucher JSON NOT NULL,
  frequency ENUM('daily','weekly','monthly','quarterly','yearly') NULL,
  every SMALLINT UNSIGNED NOT NULL DEFAULT 1,
  start_date DATE NULL,
  end_date DATE NULL,
  next_date DATE NULL,
  runs INT UNSIGNED NOT NULL DEFAULT 0,
  post_as ENUM('posted','draft') NOT NULL DEFAULT 'posted',
  is_active TINYINT(1) NOT NULL DEFAULT 1,
  last_error VARCHAR(500) NULL,
  version INT UNSIGNED NOT NULL DEFAULT 1,
  ${STAMPS},
  UNIQUE KEY voucher_templates_name (name),
  KEY voucher_templates_next (next_date, id),
  CONSTRAINT voucher_templates_schedule CHECK ((frequency IS NULL) = (start_date IS NULL) AND every > 0)
) ${TABLE_OPTIONS}`,

  voucher_template_runs: `CREATE TABLE voucher_template_runs (
  template_id BIGINT UNSIGNED NOT NULL,
  due_date DATE NOT NULL,
  voucher_id BIGINT UNSIGNED NOT NULL,
  PRIMARY KEY (template_id, due_date),
  KEY voucher_template_runs_voucher (voucher_id),
  CONSTRAINT voucher_template_runs_template FOREIGN KEY (template_id) REFERENCES voucher_templates (id) ON DELETE CASCADE,
  CONSTRAINT voucher_template_runs_voucher FOREIGN KEY (voucher_id) REFERENCES vouchers (id) ON DELETE CASCADE
) ${TABLE_OPTIONS}`,

  post_dated_vouchers: `CREATE TABLE post_dated_vouchers (
  voucher_id BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  last_error VARCHAR(500) NULL,
  CONSTRAINT post_dated_vouchers_voucher FOREIGN KEY (voucher_id) REFERENCES vouchers (id) ON DELETE CASCADE
) ${TABLE_OPTIONS}`,
};

/** Templates of vouchers, those that recur, and drafts that are posted on their date. */
export class VoucherTemplates1795521600003 extends StepMigration {
  readonly phase = 'expand';
  readonly release = '0.1.0';
  readonly steps: readonly MigrationStep[] = tableSteps(TABLES);
}
