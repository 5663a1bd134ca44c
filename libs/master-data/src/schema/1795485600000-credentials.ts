import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumn, dropColumn } from './add-column.js';

const COLUMNS: readonly (readonly [table: string, column: string, definition: string])[] = [
  ['encryption_keys', 'next_kid', 'VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL AFTER check_value'],
  ['encryption_keys', 'next_check_value', 'TEXT NULL AFTER next_kid'],
  ['encryption_keys', 'next_in_use', 'TINYINT(1) NOT NULL DEFAULT 0 AFTER next_check_value'],
  ['tenant_master', 'next_db_user', 'VARCHAR(32) NULL AFTER db_password'],
  ['tenant_master', 'next_db_password', 'TEXT NULL AFTER next_db_user'],
  ['tenant_master', 'db_credentials_at', 'DATETIME(6) NULL AFTER next_db_password'],
  ['tenant_operations', 'not_before', 'DATETIME(6) NULL AFTER resume_after_crash'],
];

/** Changing keys and database users while running. */
export class MasterCredentials1795485600000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    for (const column of COLUMNS) await addColumn(queryRunner, ...column);
    await queryRunner.query(
      `UPDATE tenant_master SET db_credentials_at = created_at, updated_at = updated_at
        WHERE db_user IS NOT NULL AND db_credentials_at IS NULL`,
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const [table, column] of COLUMNS.toReversed()) await dropColumn(queryRunner, table, column);
  }
}
