import { type MigrationStep, StepMigration } from '@finvera/common';
import { STAMPS, TABLE_OPTIONS, tableSteps } from './parts.js';

const TABLES = {
  budgets: `CREATE TABLE budgets (
  id BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  name VARCHAR(120) NOT NULL,
  start_date DATE NOT NULL,
  end_date DATE NOT NULL,
  version INT UNSIGNED NOT NULL DEFAULT 1,
  ${STAMPS},
  UNIQUE KEY budgets_name (name),
  CONSTRAINT budgets_dates CHECK (end_date > start_date)
) ${TABLE_OPTIONS}`,

  budget_lines: `CREATE TABLE budget_lines (
  id BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  budget_id BIGINT UNSIGNED NOT NULL,
  line_no SMALLINT UNSIGNED NOT NULL,
  ledger_id BIGINT UNSIGNED NULL,
  group_id BIGINT UNSIGNED NULL,
  cost_centre_id BIGINT UNSIGNED NULL,
  side ENUM('debit','credit') NOT NULL,
  UNIQUE KEY budget_lines_budget (budget_id, line_no),
  CONSTRAINT budget_lines_budget FOREIGN KEY (budget_id) REFERENCES budgets (id) ON DELETE CASCADE,
  CONSTRAINT budget_lines_ledger FOREIGN KEY (ledger_id) REFERENCES ledgers (id),
  CONSTRAINT budget_lines_group FOREIGN KEY (group_id) REFERENCES account_groups (id),
  CONSTRAINT budget_lines_centre FOREIGN KEY (cost_centre_id) REFERENCES cost_centres (id),
  CONSTRAINT budget_lines_one_target CHECK ((ledger_id IS NOT NULL) + (group_id IS NOT NULL) + (cost_centre_id IS NOT NULL) = 1)
) ${TABLE_OPTIONS}`,

  budget_amounts: `CREATE TABLE budget_amounts (
  budget_line_id BIGINT UNSIGNED NOT NULL,
  month DATE NOT NULL,
  amount DECIMAL(22,4) NOT NULL,
  PRIMARY KEY (budget_line_id, month),
  CONSTRAINT budget_amounts_line FOREIGN KEY (budget_line_id) REFERENCES budget_lines (id) ON DELETE CASCADE,
  CONSTRAINT budget_amounts_positive CHECK (amount >= 0)
) ${TABLE_OPTIONS}`,
};

/** Budgets, month by month, for ledgers, groups and cost centres. */
export class Budgets1795521600002 extends StepMigration {
  readonly phase = 'expand';
  readonly release = '0.1.0';
  readonly steps: readonly MigrationStep[] = tableSteps(TABLES);
}
