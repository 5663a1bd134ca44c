import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumn, dropColumn } from './add-column.js';

const ASCII = 'CHARACTER SET ascii COLLATE ascii_bin';

const COLUMNS: readonly (readonly [column: string, definition: string])[] = [
  ['storage_level', "ENUM('normal','near_limit','full') NOT NULL DEFAULT 'normal' AFTER storage_measured_at"],
  ['suspended_for', "ENUM('storage') NULL AFTER suspended_at"],
  ['read_only_since', 'DATETIME(6) NULL AFTER suspended_for'],
  ['read_only_reason', 'VARCHAR(500) NULL AFTER read_only_since'],
];

const STORAGE_HISTORY = `CREATE TABLE IF NOT EXISTS storage_history (
  tenant_id CHAR(36) ${ASCII} NOT NULL,
  measured_on DATE NOT NULL,
  used_mb DECIMAL(14,3) NOT NULL,
  peak_mb DECIMAL(14,3) NOT NULL,
  limit_mb INT UNSIGNED NOT NULL,
  measured_at DATETIME(6) NOT NULL,
  PRIMARY KEY (tenant_id, measured_on),
  KEY storage_history_day (measured_on),
  CONSTRAINT storage_history_tenant FOREIGN KEY (tenant_id) REFERENCES tenant_master (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci`;

const LEVEL_INDEX = 'tenant_master_storage_level';

/** Where each company stands with its storage, what followed from it, and its sizes day by day. */
export class MasterStorage1795500600000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    for (const column of COLUMNS) await addColumn(queryRunner, 'tenant_master', ...column);
    if (!(await hasLevelIndex(queryRunner)))
      await queryRunner.query(`ALTER TABLE tenant_master ADD KEY ${LEVEL_INDEX} (storage_level)`);
    await queryRunner.query(STORAGE_HISTORY);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE IF EXISTS storage_history');
    if (await hasLevelIndex(queryRunner)) await queryRunner.query(`ALTER TABLE tenant_master DROP KEY ${LEVEL_INDEX}`);
    for (const [column] of COLUMNS.toReversed()) await dropColumn(queryRunner, 'tenant_master', column);
  }
}

async function hasLevelIndex(queryRunner: QueryRunner): Promise<boolean> {
  const found: unknown[] = await queryRunner.query(
    "SELECT 1 FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = 'tenant_master' AND index_name = ?",
    [LEVEL_INDEX],
  );
  return found.length > 0;
}
