import { type MigrationStep, StepMigration } from '@finvera/common';
import { STAMPS, TABLE_OPTIONS, tableSteps } from './parts.js';

const TABLES = {
  ledger_merges: `CREATE TABLE ledger_merges (
  id BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  from_ledger_id BIGINT UNSIGNED NOT NULL,
  into_ledger_id BIGINT UNSIGNED NOT NULL,
  opening DECIMAL(22,4) NOT NULL DEFAULT 0,
  was_active TINYINT(1) NOT NULL,
  status ENUM('merged','undone') NOT NULL DEFAULT 'merged',
  reason VARCHAR(500) NOT NULL DEFAULT '',
  ${STAMPS},
  KEY ledger_merges_from (from_ledger_id),
  CONSTRAINT ledger_merges_from FOREIGN KEY (from_ledger_id) REFERENCES ledgers (id),
  CONSTRAINT ledger_merges_into FOREIGN KEY (into_ledger_id) REFERENCES ledgers (id)
) ${TABLE_OPTIONS}`,

  ledger_merge_vouchers: `CREATE TABLE ledger_merge_vouchers (
  merge_id BIGINT UNSIGNED NOT NULL,
  voucher_id BIGINT UNSIGNED NOT NULL,
  version INT UNSIGNED NOT NULL,
  line_nos JSON NOT NULL,
  PRIMARY KEY (merge_id, voucher_id),
  CONSTRAINT ledger_merge_vouchers_merge FOREIGN KEY (merge_id) REFERENCES ledger_merges (id),
  CONSTRAINT ledger_merge_vouchers_voucher FOREIGN KEY (voucher_id) REFERENCES vouchers (id) ON DELETE CASCADE
) ${TABLE_OPTIONS}`,
};

/** Which ledgers were merged, and what is needed to undo it. */
export class LedgerMerges1795521600004 extends StepMigration {
  readonly phase = 'expand';
  readonly release = '0.1.0';
  readonly steps: readonly MigrationStep[] = tableSteps(TABLES);
}
