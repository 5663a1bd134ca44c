import type { MigrationInterface, QueryRunner } from 'typeorm';

const OPTIONS = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci';
const ASCII = 'CHARACTER SET ascii COLLATE ascii_bin';
const STAMPS = `created_at DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  updated_at DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6)`;

const TABLES: Record<string, string> = {
  webhook_endpoints: `CREATE TABLE IF NOT EXISTS webhook_endpoints (
  id CHAR(36) ${ASCII} NOT NULL PRIMARY KEY,
  url VARCHAR(2000) NOT NULL,
  description VARCHAR(200) NOT NULL DEFAULT '',
  event_types JSON NOT NULL,
  secret TEXT NOT NULL,
  former_secret TEXT NULL,
  former_secret_until DATETIME(6) NULL,
  status ENUM('enabled','disabled') NOT NULL DEFAULT 'enabled',
  disabled_reason VARCHAR(500) NULL,
  disabled_at DATETIME(6) NULL,
  failing_since DATETIME(6) NULL,
  last_delivered_at DATETIME(6) NULL,
  events_after BIGINT UNSIGNED NOT NULL,
  ${STAMPS},
  CONSTRAINT webhook_endpoints_former CHECK ((former_secret IS NULL) = (former_secret_until IS NULL))
) ${OPTIONS}`,

  // how far the audit log was looked through for events
  webhook_cursor: `CREATE TABLE IF NOT EXISTS webhook_cursor (
  slot TINYINT NOT NULL PRIMARY KEY DEFAULT 1,
  audit_id BIGINT UNSIGNED NOT NULL,
  CONSTRAINT webhook_cursor_one CHECK (slot = 1)
) ${OPTIONS}`,

  webhook_deliveries: `CREATE TABLE IF NOT EXISTS webhook_deliveries (
  id CHAR(36) ${ASCII} NOT NULL PRIMARY KEY,
  endpoint_id CHAR(36) ${ASCII} NOT NULL,
  audit_id BIGINT UNSIGNED NOT NULL,
  webhook_id VARCHAR(64) ${ASCII} NOT NULL,
  event_type VARCHAR(60) ${ASCII} NOT NULL,
  tenant_id CHAR(36) ${ASCII} NULL,
  status ENUM('pending','delivered','dead') NOT NULL DEFAULT 'pending',
  attempts INT UNSIGNED NOT NULL DEFAULT 0,
  next_attempt_at DATETIME(6) NOT NULL,
  claim_token CHAR(36) ${ASCII} NULL,
  last_attempt_at DATETIME(6) NULL,
  last_status SMALLINT UNSIGNED NULL,
  last_error VARCHAR(300) NULL,
  delivered_at DATETIME(6) NULL,
  ${STAMPS},
  UNIQUE KEY webhook_deliveries_once (endpoint_id, audit_id),
  KEY webhook_deliveries_due (endpoint_id, status, next_attempt_at),
  KEY webhook_deliveries_status (status, id),
  KEY webhook_deliveries_old (created_at),
  CONSTRAINT webhook_deliveries_endpoint FOREIGN KEY (endpoint_id) REFERENCES webhook_endpoints (id) ON DELETE CASCADE
) ${OPTIONS}`,
};

/** Who is told of events by HTTP, and what they were told. */
export class MasterWebhooks1795501800000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of Object.values(TABLES)) await queryRunner.query(statement);
    await queryRunner.query(
      'INSERT IGNORE INTO webhook_cursor (slot, audit_id) VALUES (1, COALESCE((SELECT MAX(id) FROM audit_log), 0))',
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const table of Object.keys(TABLES).toReversed()) await queryRunner.query(`DROP TABLE IF EXISTS ${table}`);
  }
}
