import { quoteIdentifier } from '@finvera/common';
import type { QueryRunner } from 'typeorm';

/** Adds a column that may be there already: DDL commits by itself, so a run that was killed finds its work half done. */
export async function addColumn(queryRunner: QueryRunner, table: string, column: string, type: string): Promise<void> {
  if (!(await hasColumn(queryRunner, table, column)))
    await queryRunner.query(`ALTER TABLE ${quoteIdentifier(table)} ADD COLUMN ${quoteIdentifier(column)} ${type}`);
}

/** Drops a column that may be gone already. */
export async function dropColumn(queryRunner: QueryRunner, table: string, column: string): Promise<void> {
  if (await hasColumn(queryRunner, table, column))
    await queryRunner.query(`ALTER TABLE ${quoteIdentifier(table)} DROP COLUMN ${quoteIdentifier(column)}`);
}

async function hasColumn(queryRunner: QueryRunner, table: string, column: string): Promise<boolean> {
  const found: unknown[] = await queryRunner.query(
    'SELECT 1 FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = ? AND column_name = ?',
    [table, column],
  );
  return found.length > 0;
}
