import { type MigrationStep, StepMigration } from '@finvera/common';
import { TABLE_OPTIONS, tableSteps } from './parts.js';

/** Second factors of users. Their secrets are kept at the platform, under the name of the enrolment. */
export class Totp1795561100000 extends StepMigration {
  readonly phase = 'expand';
  readonly release = '0.1.0';
  readonly steps: readonly MigrationStep[] = [
    ...tableSteps({
      user_totp: `CREATE TABLE user_totp (
  user_id BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  enrolment_id BIGINT UNSIGNED NOT NULL,
  confirmed_at DATETIME(6) NULL,
  last_step BIGINT UNSIGNED NOT NULL DEFAULT 0,
  recovery_hashes JSON NOT NULL,
  created_at DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  CONSTRAINT user_totp_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ${TABLE_OPTIONS}`,
    }),
    {
      up: 'ALTER TABLE company_settings ADD COLUMN totp_required TINYINT(1) NOT NULL DEFAULT 0',
      down: 'ALTER TABLE company_settings DROP COLUMN totp_required',
    },
  ];
}
