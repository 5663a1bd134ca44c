import { type MigrationStep, StepMigration } from '@finvera/common';
import { STAMPS, TABLE_OPTIONS, tableSteps } from './parts.js';

/** Alerts are mailed: to whom, and what became of each mail. */
export class AlertMails1795561200000 extends StepMigration {
  readonly phase = 'expand';
  readonly release = '0.1.0';
  readonly steps: readonly MigrationStep[] = [
    {
      up: 'ALTER TABLE balance_alert_rules ADD COLUMN mail_to JSON NULL',
      down: 'ALTER TABLE balance_alert_rules DROP COLUMN mail_to',
    },
    ...tableSteps({
      balance_alert_mails: `CREATE TABLE balance_alert_mails (
  id BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  alert_id BIGINT UNSIGNED NOT NULL,
  address VARCHAR(254) NOT NULL,
  status ENUM('pending','sent','dead') NOT NULL DEFAULT 'pending',
  attempts INT UNSIGNED NOT NULL DEFAULT 0,
  next_attempt_at DATETIME(6) NOT NULL,
  last_error VARCHAR(300) NULL,
  sent_at DATETIME(6) NULL,
  ${STAMPS},
  UNIQUE KEY balance_alert_mails_once (alert_id, address),
  KEY balance_alert_mails_due (status, next_attempt_at),
  CONSTRAINT balance_alert_mails_alert FOREIGN KEY (alert_id) REFERENCES balance_alerts (id) ON DELETE CASCADE
) ${TABLE_OPTIONS}`,
    }),
  ];
}
