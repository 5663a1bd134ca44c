import { type MigrationStep, StepMigration } from '@finvera/common';
import { STAMPS, TABLE_OPTIONS, tableSteps } from './parts.js';

const HASH = 'CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL';

/** Invitations by mail, and tokens that set a forgotten password. Of tokens only hashes are kept. */
export class Invitations1795550600000 extends StepMigration {
  readonly phase = 'expand';
  readonly release = '0.1.0';
  readonly steps: readonly MigrationStep[] = tableSteps({
    invitations: `CREATE TABLE invitations (
  id BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  email VARCHAR(254) NOT NULL,
  open_email VARCHAR(254) NULL,
  role_id BIGINT UNSIGNED NOT NULL,
  token_hash ${HASH},
  invited_by VARCHAR(254) NOT NULL,
  expires_at DATETIME(6) NOT NULL,
  mailed_at DATETIME(6) NULL,
  accepted_at DATETIME(6) NULL,
  revoked_at DATETIME(6) NULL,
  ${STAMPS},
  UNIQUE KEY invitations_token (token_hash),
  UNIQUE KEY invitations_open (open_email)
) ${TABLE_OPTIONS}`,

    password_resets: `CREATE TABLE password_resets (
  user_id BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  token_hash ${HASH},
  expires_at DATETIME(6) NOT NULL,
  UNIQUE KEY password_resets_token (token_hash),
  CONSTRAINT password_resets_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ${TABLE_OPTIONS}`,
  });
}
