import { type MigrationStep, StepMigration } from '@finvera/common';
import { TABLE_OPTIONS, tableSteps } from './parts.js';

const terms = (what: string) => `CREATE TABLE ${what}_metadata_terms (
  name VARCHAR(100) NOT NULL,
  value VARCHAR(255) NOT NULL,
  ${what}_id BIGINT UNSIGNED NOT NULL,
  PRIMARY KEY (name, value, ${what}_id),
  KEY ${what}_metadata_terms_of (${what}_id),
  CONSTRAINT ${what}_metadata_terms_of FOREIGN KEY (${what}_id) REFERENCES ${what}s (id) ON DELETE CASCADE
) ${TABLE_OPTIONS}`;

const columns: MigrationStep[] = ['vouchers', 'ledgers'].map((table) => ({
  up: `ALTER TABLE ${table} ADD COLUMN metadata JSON NULL`,
  down: `ALTER TABLE ${table} DROP COLUMN metadata`,
}));

/** What programs keep with vouchers and ledgers, and the terms that it is found by. */
export class Metadata1795521600005 extends StepMigration {
  readonly phase = 'expand';
  readonly release = '0.1.0';
  readonly steps: readonly MigrationStep[] = [
    ...columns,
    ...tableSteps({ voucher_metadata_terms: terms('voucher'), ledger_metadata_terms: terms('ledger') }),
  ];
}
