import type { MigrationInterface, QueryRunner } from 'typeorm';

const COMPANY_FILES = `CREATE TABLE IF NOT EXISTS company_files (
  tenant_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  bytes BIGINT UNSIGNED NOT NULL,
  CONSTRAINT company_files_tenant FOREIGN KEY (tenant_id) REFERENCES tenant_master (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci`;

/** What companies keep of files beside their databases. */
export class MasterCompanyFiles1795566000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(COMPANY_FILES);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE IF EXISTS company_files');
  }
}
