import type { MigrationInterface, QueryRunner } from 'typeorm';

const OPTIONS = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci';
const ASCII = 'CHARACTER SET ascii COLLATE ascii_bin';

const TABLES: Record<string, string> = {
  company_secrets: `CREATE TABLE IF NOT EXISTS company_secrets (
  id CHAR(36) ${ASCII} NOT NULL PRIMARY KEY,
  tenant_id CHAR(36) ${ASCII} NOT NULL,
  name VARCHAR(80) ${ASCII} NOT NULL,
  secret TEXT NOT NULL,
  created_at DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  updated_at DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6),
  UNIQUE KEY company_secrets_name (tenant_id, name),
  CONSTRAINT company_secrets_tenant FOREIGN KEY (tenant_id) REFERENCES tenant_master (id) ON DELETE CASCADE
) ${OPTIONS}`,

  watched_companies: `CREATE TABLE IF NOT EXISTS watched_companies (
  tenant_id CHAR(36) ${ASCII} NOT NULL PRIMARY KEY,
  watched_at DATETIME(6) NOT NULL,
  CONSTRAINT watched_companies_tenant FOREIGN KEY (tenant_id) REFERENCES tenant_master (id) ON DELETE CASCADE
) ${OPTIONS}`,
};

/** Secrets of companies, and the companies that schedules look into by the minute. */
export class MasterCompanySecrets1795545000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of Object.values(TABLES)) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const table of Object.keys(TABLES).toReversed()) await queryRunner.query(`DROP TABLE IF EXISTS ${table}`);
  }
}
