import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumn, dropColumn } from './add-column.js';

const OPTIONS = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci';
const ASCII = 'CHARACTER SET ascii COLLATE ascii_bin';
const STAMPS = `created_at DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  updated_at DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6)`;

const ROLLOUTS = `CREATE TABLE IF NOT EXISTS migration_rollouts (
  id CHAR(36) ${ASCII} NOT NULL PRIMARY KEY,
  target_version VARCHAR(20) ${ASCII} NOT NULL,
  status ENUM('running','paused','stopped','rolling_back','succeeded','incomplete','rolled_back') NOT NULL,
  active_slot TINYINT AS (CASE WHEN finished_at IS NULL THEN 1 ELSE NULL END) STORED,
  wave INT UNSIGNED NOT NULL DEFAULT 1,
  wave_sizes JSON NOT NULL,
  rollback_wave INT UNSIGNED NULL,
  stop_after_failures INT UNSIGNED NULL,
  failures_accepted INT UNSIGNED NOT NULL DEFAULT 0,
  concurrency_per_server INT UNSIGNED NOT NULL,
  allow_locking TINYINT(1) NOT NULL DEFAULT 0,
  not_before DATETIME(6) NULL,
  tenants_total INT UNSIGNED NOT NULL DEFAULT 0,
  reason VARCHAR(500) NULL,
  requested_by VARCHAR(254) NOT NULL,
  requested_by_id VARCHAR(64) NOT NULL,
  request_id VARCHAR(64) NOT NULL,
  finished_at DATETIME(6) NULL,
  ${STAMPS},
  UNIQUE KEY migration_rollouts_one_active (active_slot),
  KEY migration_rollouts_created (created_at),
  KEY migration_rollouts_status (status, created_at)
) ${OPTIONS}`;

const ROLLOUT_TENANTS = `CREATE TABLE IF NOT EXISTS migration_rollout_tenants (
  rollout_id CHAR(36) ${ASCII} NOT NULL,
  tenant_id CHAR(36) ${ASCII} NOT NULL,
  server_id CHAR(36) ${ASCII} NOT NULL,
  wave INT UNSIGNED NOT NULL,
  status ENUM('pending','running','done','failed','skipped','rolled_back') NOT NULL DEFAULT 'pending',
  direction ENUM('up','down') NOT NULL DEFAULT 'up',
  from_version VARCHAR(20) ${ASCII} NULL,
  to_version VARCHAR(20) ${ASCII} NULL,
  operation_id CHAR(36) ${ASCII} NULL,
  attempts INT UNSIGNED NOT NULL DEFAULT 0,
  deferrals INT UNSIGNED NOT NULL DEFAULT 0,
  due_at DATETIME(6) NULL,
  resolved_at DATETIME(6) NULL,
  error_code VARCHAR(60) NULL,
  error_message VARCHAR(1000) NULL,
  duration_ms INT UNSIGNED NULL,
  started_at DATETIME(6) NULL,
  finished_at DATETIME(6) NULL,
  PRIMARY KEY (rollout_id, tenant_id),
  KEY migration_rollout_tenants_work (rollout_id, status, direction, server_id, due_at),
  KEY migration_rollout_tenants_wave (rollout_id, wave, status),
  KEY migration_rollout_tenants_tenant (tenant_id, status),
  CONSTRAINT migration_rollout_tenants_rollout FOREIGN KEY (rollout_id) REFERENCES migration_rollouts (id)
) ${OPTIONS}`;

/** Columns of tenant_master that say when and whether a company may be migrated. */
const TENANT_COLUMNS = {
  time_zone: 'VARCHAR(64) NULL',
  upgrade_window: `VARCHAR(11) ${ASCII} NULL`,
  migrate_not_before: 'DATETIME(6) NULL',
  migration_hold_reason: 'VARCHAR(200) NULL',
};
const VERSION_INDEX = 'tenant_master_schema';

/** Rollouts of the tenant schema over the fleet, and when a company may be migrated. */
export class MasterRollouts1795492800000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(ROLLOUTS);
    await queryRunner.query(ROLLOUT_TENANTS);
    for (const [column, type] of Object.entries(TENANT_COLUMNS))
      await addColumn(queryRunner, 'tenant_master', column, type);
    if (!(await this.hasIndex(queryRunner)))
      await queryRunner.query(`ALTER TABLE tenant_master ADD KEY ${VERSION_INDEX} (schema_version)`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    if (await this.hasIndex(queryRunner))
      await queryRunner.query(`ALTER TABLE tenant_master DROP KEY ${VERSION_INDEX}`);
    for (const column of Object.keys(TENANT_COLUMNS)) await dropColumn(queryRunner, 'tenant_master', column);
    await queryRunner.query('DROP TABLE IF EXISTS migration_rollout_tenants');
    await queryRunner.query('DROP TABLE IF EXISTS migration_rollouts');
  }

  private async hasIndex(queryRunner: QueryRunner): Promise<boolean> {
    const rows: object[] = await queryRunner.query('SHOW INDEX FROM tenant_master WHERE key_name = ?', [VERSION_INDEX]);
    return rows.length > 0;
  }
}
