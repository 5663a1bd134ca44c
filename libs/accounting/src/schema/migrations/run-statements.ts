import type { QueryRunner } from 'typeorm';

/** Runs constant statements in order: in one round trip where the connection takes several at a time. */
export async function runStatements(queryRunner: QueryRunner, statements: readonly string[]): Promise<void> {
  const { options } = queryRunner.dataSource;
  if ('multipleStatements' in options && options.multipleStatements) {
    await queryRunner.query(statements.join(';\n'));
    return;
  }
  for (const statement of statements) await queryRunner.query(statement);
}
