import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumn, dropColumn } from './add-column.js';

const ASCII = 'CHARACTER SET ascii COLLATE ascii_bin';

const COLUMNS: readonly (readonly [table: string, column: string, definition: string])[] = [
  ['tenant_master', 'copy_of_backup', `CHAR(36) ${ASCII} NULL`],
  ['tenant_master', 'read_only_for', "ENUM('copy') NULL AFTER read_only_since"],
  ['backups', 'checked_at', 'DATETIME(6) NULL AFTER verified_at'],
  ['backups', 'check_error', 'VARCHAR(500) NULL AFTER checked_at'],
];

const PREVIOUS_DATABASES = `CREATE TABLE IF NOT EXISTS previous_databases (
  id CHAR(36) ${ASCII} NOT NULL PRIMARY KEY,
  tenant_id CHAR(36) ${ASCII} NOT NULL,
  server_id CHAR(36) ${ASCII} NOT NULL,
  db_name VARCHAR(64) NOT NULL,
  schema_version VARCHAR(20) NULL,
  replaced_by CHAR(36) ${ASCII} NOT NULL,
  keep_until DATETIME(6) NOT NULL,
  created_at DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  UNIQUE KEY previous_databases_operation (replaced_by),
  KEY previous_databases_tenant (tenant_id, created_at),
  KEY previous_databases_server (server_id),
  KEY previous_databases_keep_until (keep_until),
  CONSTRAINT previous_databases_tenant FOREIGN KEY (tenant_id) REFERENCES tenant_master (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci`;

const CHECKED_INDEX = 'backups_checked';

const BACKUP_STATUS = (statuses: string) =>
  `ALTER TABLE backups MODIFY COLUMN status ENUM(${statuses}) NOT NULL DEFAULT 'writing'`;

/** Databases that a restore has replaced, copies of companies, and how backups stood when they were last looked at. */
export class MasterRestore1795565000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    for (const [table, column, definition] of COLUMNS) await addColumn(queryRunner, table, column, definition);
    await queryRunner.query(BACKUP_STATUS("'writing','written','verified','damaged','removed'"));
    await queryRunner.query('UPDATE backups SET checked_at = verified_at WHERE checked_at IS NULL');
    if (!(await hasCheckedIndex(queryRunner)))
      await queryRunner.query(`ALTER TABLE backups ADD KEY ${CHECKED_INDEX} (status, checked_at)`);
    await queryRunner.query(PREVIOUS_DATABASES);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE IF EXISTS previous_databases');
    await queryRunner.query("UPDATE backups SET status = 'written' WHERE status = 'damaged'");
    await queryRunner.query(BACKUP_STATUS("'writing','written','verified','removed'"));
    if (await hasCheckedIndex(queryRunner)) await queryRunner.query(`ALTER TABLE backups DROP KEY ${CHECKED_INDEX}`);
    for (const [table, column] of COLUMNS.toReversed()) await dropColumn(queryRunner, table, column);
  }
}

async function hasCheckedIndex(queryRunner: QueryRunner): Promise<boolean> {
  const found: unknown[] = await queryRunner.query(
    "SELECT 1 FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = 'backups' AND index_name = ?",
    [CHECKED_INDEX],
  );
  return found.length > 0;
}
