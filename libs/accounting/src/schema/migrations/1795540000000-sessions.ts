import { type MigrationStep, StepMigration } from '@finvera/common';
import { TABLE_OPTIONS, tableSteps } from './parts.js';

/** A row for each session that is alive. `users.token_version` is of the former release alone; a contract may take it away. */
export class Sessions1795540000000 extends StepMigration {
  readonly phase = 'expand';
  readonly release = '0.1.0';
  readonly steps: readonly MigrationStep[] = tableSteps({
    sessions: `CREATE TABLE sessions (
  id BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  user_id BIGINT UNSIGNED NOT NULL,
  device VARCHAR(120) NOT NULL,
  user_agent VARCHAR(400) NOT NULL,
  address VARCHAR(45) NOT NULL,
  created_at DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  last_used_at DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  expires_at DATETIME(6) NOT NULL,
  KEY sessions_user (user_id, last_used_at),
  CONSTRAINT sessions_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ${TABLE_OPTIONS}`,
  });
}
