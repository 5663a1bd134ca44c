import { type MigrationStep, StepMigration } from '@finvera/common';
import { STAMPS, TABLE_OPTIONS, tableSteps } from './parts.js';

const TABLES = {
  report_views: `CREATE TABLE report_views (
  id BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  name VARCHAR(120) NOT NULL,
  owner_id BIGINT UNSIGNED NOT NULL DEFAULT 0,
  report VARCHAR(60) NOT NULL,
  parameters JSON NOT NULL,
  version INT UNSIGNED NOT NULL DEFAULT 1,
  ${STAMPS},
  UNIQUE KEY report_views_name (owner_id, name)
) ${TABLE_OPTIONS}`,

  schedule_iii_lines: `CREATE TABLE schedule_iii_lines (
  id BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  line VARCHAR(60) NOT NULL,
  group_id BIGINT UNSIGNED NULL,
  ledger_id BIGINT UNSIGNED NULL,
  UNIQUE KEY schedule_iii_lines_group (group_id),
  UNIQUE KEY schedule_iii_lines_ledger (ledger_id),
  CONSTRAINT schedule_iii_lines_group FOREIGN KEY (group_id) REFERENCES account_groups (id) ON DELETE CASCADE,
  CONSTRAINT schedule_iii_lines_ledger FOREIGN KEY (ledger_id) REFERENCES ledgers (id) ON DELETE CASCADE
) ${TABLE_OPTIONS}`,
};

/** Saved views of reports; which groups and ledgers stand in which line of Schedule III; registers by voucher type. */
export class Reports1795518000000 extends StepMigration {
  readonly phase = 'expand';
  readonly release = '0.1.0';
  readonly steps: readonly MigrationStep[] = [
    ...tableSteps(TABLES),
    {
      up: 'ALTER TABLE vouchers ADD KEY vouchers_type_date (voucher_type_id, date, id)',
      down: 'ALTER TABLE vouchers DROP KEY vouchers_type_date',
    },
  ];
}
