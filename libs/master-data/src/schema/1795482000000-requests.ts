import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumn } from './add-column.js';

/** Of plans that a platform already has; new platforms are given theirs with the plans. */
const REQUESTS_PER_MINUTE: Record<string, number> = { standard: 120_000, premium: 300_000, enterprise: 600_000 };

const ASCII = 'CHARACTER SET ascii COLLATE ascii_bin';

/** What may refuse or address a request: rate limits of plans, maintenance mode, domains of companies' own. */
export class MasterRequests1795482000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await addColumn(queryRunner, 'plans', 'requests_per_minute', 'INT UNSIGNED NOT NULL DEFAULT 60000');
    for (const [code, requests] of Object.entries(REQUESTS_PER_MINUTE))
      await queryRunner.query('UPDATE plans SET requests_per_minute = ? WHERE code = ?', [requests, code]);
    await addColumn(queryRunner, 'tenant_master', 'maintenance', 'JSON NULL');
    // an unverified domain blocks nobody: it is unique only once it is verified
    await queryRunner.query(`CREATE TABLE IF NOT EXISTS tenant_domains (
      id CHAR(36) ${ASCII} NOT NULL PRIMARY KEY,
      tenant_id CHAR(36) ${ASCII} NOT NULL,
      domain VARCHAR(253) ${ASCII} NOT NULL,
      challenge_token CHAR(43) ${ASCII} NOT NULL,
      verified_at DATETIME(6) NULL,
      verified_by ENUM('dns','http') NULL,
      verified_domain VARCHAR(253) ${ASCII} AS (CASE WHEN verified_at IS NULL THEN NULL ELSE domain END) STORED,
      created_at DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
      updated_at DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6),
      UNIQUE KEY tenant_domains_verified (verified_domain),
      UNIQUE KEY tenant_domains_of_tenant (tenant_id, domain),
      KEY tenant_domains_domain (domain),
      CONSTRAINT tenant_domains_tenant FOREIGN KEY (tenant_id) REFERENCES tenant_master (id) ON DELETE CASCADE
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE IF EXISTS tenant_domains');
    await queryRunner.query('ALTER TABLE tenant_master DROP COLUMN maintenance');
    await queryRunner.query('ALTER TABLE plans DROP COLUMN requests_per_minute');
  }
}
