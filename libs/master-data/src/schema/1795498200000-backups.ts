import type { MigrationInterface, QueryRunner } from 'typeorm';

const OPTIONS = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci';
const ASCII = 'CHARACTER SET ascii COLLATE ascii_bin';

const BACKUPS = `CREATE TABLE IF NOT EXISTS backups (
  id CHAR(36) ${ASCII} NOT NULL PRIMARY KEY,
  tenant_id CHAR(36) ${ASCII} NOT NULL,
  operation_id CHAR(36) ${ASCII} NULL,
  kind ENUM('archive','last','manual','scheduled') NOT NULL,
  status ENUM('writing','written','verified','removed') NOT NULL DEFAULT 'writing',
  server_id CHAR(36) ${ASCII} NOT NULL,
  db_name VARCHAR(64) NOT NULL,
  schema_version VARCHAR(20) NULL,
  engine VARCHAR(80) NOT NULL,
  data_key TEXT NULL,
  size_bytes BIGINT UNSIGNED NULL,
  sha256 CHAR(64) ${ASCII} NULL,
  contents JSON NULL,
  verified_at DATETIME(6) NULL,
  keep_until DATETIME(6) NULL,
  removed_at DATETIME(6) NULL,
  created_at DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  updated_at DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6),
  UNIQUE KEY backups_operation (operation_id),
  KEY backups_tenant (tenant_id, created_at),
  KEY backups_keep_until (keep_until, status),
  CONSTRAINT backups_tenant FOREIGN KEY (tenant_id) REFERENCES tenant_master (id),
  CONSTRAINT backups_written CHECK (status IN ('writing', 'removed') OR (size_bytes IS NOT NULL AND sha256 IS NOT NULL AND contents IS NOT NULL))
) ${OPTIONS}`;

const TENANT_ACTIVITY = `CREATE TABLE IF NOT EXISTS tenant_activity (
  tenant_id CHAR(36) ${ASCII} NOT NULL PRIMARY KEY,
  last_active_on DATE NOT NULL,
  KEY tenant_activity_day (last_active_on),
  CONSTRAINT tenant_activity_tenant FOREIGN KEY (tenant_id) REFERENCES tenant_master (id) ON DELETE CASCADE
) ${OPTIONS}`;

/** Backups and until when each is kept; the last day on which each company was at work. */
export class Backups1795498200000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(BACKUPS);
    await queryRunner.query(TENANT_ACTIVITY);
    // nobody looked before today: whoever is there counts as active today, and none is archived for a past unknown
    await queryRunner.query(
      'INSERT IGNORE INTO tenant_activity (tenant_id, last_active_on) SELECT id, UTC_DATE() FROM tenant_master',
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE IF EXISTS tenant_activity');
    await queryRunner.query('DROP TABLE IF EXISTS backups');
  }
}
