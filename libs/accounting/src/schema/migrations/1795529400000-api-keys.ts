import { type MigrationStep, StepMigration } from '@finvera/common';
import { STAMPS, TABLE_OPTIONS, tableSteps } from './parts.js';

/** Keys for programs that work in the company's books. */
export class ApiKeys1795529400000 extends StepMigration {
  readonly phase = 'expand';
  readonly release = '0.1.0';
  readonly steps: readonly MigrationStep[] = tableSteps({
    api_keys: `CREATE TABLE api_keys (
  id BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  name VARCHAR(120) NOT NULL,
  hint VARCHAR(20) NOT NULL,
  key_hash CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  permissions JSON NOT NULL,
  expires_at DATETIME(6) NULL,
  last_used_at DATETIME(6) NULL,
  revoked_at DATETIME(6) NULL,
  created_by VARCHAR(254) NOT NULL,
  ${STAMPS},
  UNIQUE KEY api_keys_hash (key_hash)
) ${TABLE_OPTIONS}`,
  });
}
