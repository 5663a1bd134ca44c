import type { MigrationInterface, QueryRunner } from 'typeorm';

const ASCII = 'CHARACTER SET ascii COLLATE ascii_bin';

/** Keys by which programs use the platform's routes. */
export class MasterApiKeys1795503600000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`CREATE TABLE IF NOT EXISTS api_keys (
      id CHAR(36) ${ASCII} NOT NULL PRIMARY KEY,
      name VARCHAR(120) NOT NULL,
      prefix VARCHAR(16) ${ASCII} NOT NULL,
      key_hash CHAR(64) ${ASCII} NOT NULL,
      scopes JSON NOT NULL,
      created_by VARCHAR(254) NOT NULL,
      created_by_id VARCHAR(64) NOT NULL,
      expires_at DATETIME(6) NULL,
      last_used_at DATETIME(6) NULL,
      last_used_from VARCHAR(45) ${ASCII} NULL,
      revoked_at DATETIME(6) NULL,
      revoked_by VARCHAR(254) NULL,
      created_at DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
      updated_at DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6),
      UNIQUE KEY api_keys_hash (key_hash),
      KEY api_keys_revoked (revoked_at)
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE IF EXISTS api_keys');
  }
}
