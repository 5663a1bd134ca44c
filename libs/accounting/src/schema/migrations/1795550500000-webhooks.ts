import { type MigrationStep, StepMigration } from '@finvera/common';
import { STAMPS, TABLE_OPTIONS, tableSteps } from './parts.js';

const ASCII = 'CHARACTER SET ascii COLLATE ascii_bin';

const TABLES: Record<string, string> = {
  // noted_through: how far the chain of the edit log was looked through for it
  webhook_endpoints: `CREATE TABLE webhook_endpoints (
  id BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  url VARCHAR(2000) NOT NULL,
  description VARCHAR(200) NOT NULL DEFAULT '',
  event_types JSON NOT NULL,
  status ENUM('enabled','disabled') NOT NULL DEFAULT 'enabled',
  disabled_reason VARCHAR(500) NULL,
  disabled_at DATETIME(6) NULL,
  former_secret_until DATETIME(6) NULL,
  failing_since DATETIME(6) NULL,
  last_delivered_at DATETIME(6) NULL,
  noted_through BIGINT UNSIGNED NOT NULL,
  claim_token CHAR(36) ${ASCII} NULL,
  claimed_until DATETIME(6) NULL,
  ${STAMPS},
  CONSTRAINT webhook_endpoints_claim CHECK ((claim_token IS NULL) = (claimed_until IS NULL))
) ${TABLE_OPTIONS}`,

  webhook_deliveries: `CREATE TABLE webhook_deliveries (
  id BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  endpoint_id BIGINT UNSIGNED NOT NULL,
  sequence BIGINT UNSIGNED NOT NULL,
  log_id BIGINT UNSIGNED NOT NULL,
  webhook_id VARCHAR(64) ${ASCII} NOT NULL,
  event_type VARCHAR(81) NOT NULL,
  object_id VARCHAR(64) NOT NULL,
  status ENUM('pending','delivered','dead') NOT NULL DEFAULT 'pending',
  attempts INT UNSIGNED NOT NULL DEFAULT 0,
  next_attempt_at DATETIME(6) NOT NULL,
  last_attempt_at DATETIME(6) NULL,
  last_status SMALLINT UNSIGNED NULL,
  last_error VARCHAR(300) NULL,
  delivered_at DATETIME(6) NULL,
  ${STAMPS},
  UNIQUE KEY webhook_deliveries_once (endpoint_id, sequence),
  KEY webhook_deliveries_due (endpoint_id, status, sequence),
  KEY webhook_deliveries_status (status, id),
  KEY webhook_deliveries_old (created_at),
  CONSTRAINT webhook_deliveries_endpoint FOREIGN KEY (endpoint_id) REFERENCES webhook_endpoints (id) ON DELETE CASCADE
) ${TABLE_OPTIONS}`,
};

/** Who is told of what happens in the books, and what they were told. */
export class Webhooks1795550500000 extends StepMigration {
  readonly phase = 'expand';
  readonly release = '0.1.0';
  readonly steps: readonly MigrationStep[] = tableSteps(TABLES);
}
