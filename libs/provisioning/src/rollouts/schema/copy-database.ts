import { quoteIdentifier } from '@finvera/common';
import { oneAtATime } from '../../servers/trigger-lock.js';
import type { MigrationSession } from './migration-session.js';

/** Made with the scratch database. */
const MADE_ALREADY = 'migrations';

/**
 * Copies tables, rows and triggers into an empty database of the same server. Who works with the source is not locked
 * out: rows are read as they are committed, each table at a moment of its own.
 */
export async function copyDatabase(session: MigrationSession, source: string, copy: string): Promise<void> {
  const [tables = [], triggers = [], columns = []] = await session.run(source, [
    "SHOW FULL TABLES WHERE Table_type = 'BASE TABLE'",
    'SHOW TRIGGERS',
    `SELECT table_name AS t, column_name AS c FROM information_schema.columns
      WHERE table_schema = DATABASE() AND COALESCE(generation_expression, '') = '' ORDER BY table_name, ordinal_position`,
  ]);
  const names = tables.map((row) => String(Object.values(row)[0]));
  await session.run(copy, [
    'SET SESSION foreign_key_checks = 0',
    'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED',
  ]);
  try {
    for (const name of names) {
      const [[created]] = (await session.run(source, [`SHOW CREATE TABLE ${quoteIdentifier(name)}`])) as [
        [Record<string, unknown>],
      ];
      const list = columns
        .filter(({ t }) => t === name)
        .map(({ c }) => quoteIdentifier(String(c)))
        .join(', ');
      await session.run(copy, [
        ...(name === MADE_ALREADY ? [] : [String(created['Create Table'])]),
        `INSERT INTO ${quoteIdentifier(name)} (${list}) SELECT ${list} FROM ${quoteIdentifier(source)}.${quoteIdentifier(name)}`,
      ]);
    }
  } finally {
    await session.run(copy, [
      'SET SESSION foreign_key_checks = 1',
      'SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ',
    ]);
  }
  for (const { Trigger } of triggers) {
    const [[created]] = (await session.run(source, [`SHOW CREATE TRIGGER ${quoteIdentifier(String(Trigger))}`])) as [
      [Record<string, unknown>],
    ];
    // MySQL keeps the semicolon behind which another statement stood
    const text = String(created['SQL Original Statement'])
      .replace(/DEFINER=\S+ /, '')
      .replace(/;\s*$/, '');
    await session.run(copy, oneAtATime(text));
  }
}
