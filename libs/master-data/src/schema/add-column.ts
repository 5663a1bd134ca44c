import { quoteIdentifier } from '@finvera/common';
import type { QueryRunner } from 'typeorm';

/** Adds a column that may be there already: DDL commits by itself, so a run that was killed finds its work half done. */
export async function addColumn(queryRunner: QueryRunner, table: string, column: string, type: string): Promise<void> {
  const found: unknown[] = await queryRunner.query(
    'SELECT 1 FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = ? AND column_name = ?',
    [table, column],
  );
  if (found.length === 0)
    await queryRunner.query(`ALTER TABLE ${quoteIdentifier(table)} ADD COLUMN ${quoteIdentifier(column)} ${type}`);
}
