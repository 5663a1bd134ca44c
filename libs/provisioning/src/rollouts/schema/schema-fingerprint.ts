import { quoteIdentifier, sha256 } from '@finvera/common';
import type { MigrationSession } from './migration-session.js';

/** Tables that say how far a database is, not what it is. */
const BOOKKEEPING = new Set(['migrations']);
const KEY_OR_CONSTRAINT = /^(PRIMARY |UNIQUE |FULLTEXT |SPATIAL )?(KEY|CONSTRAINT)\b/;

/**
 * Everything that a database's structure is made of as lines for people, in an order of its own: two databases are alike
 * when their lines are. Sizes, counters and the order of indexes do not count; the order of columns does.
 */
export async function schemaLines(session: MigrationSession, database: string): Promise<string[]> {
  const [tables = [], triggers = [], routines = []] = await session.run(database, [
    'SHOW FULL TABLES',
    'SHOW TRIGGERS',
    `SELECT routine_type AS type, routine_name AS name, routine_definition AS body FROM information_schema.routines
      WHERE routine_schema = DATABASE()`,
  ]);
  const names = tables
    .filter((row) => Object.values(row)[1] === 'BASE TABLE')
    .map((row) => String(Object.values(row)[0]))
    .filter((name) => !BOOKKEEPING.has(name));
  const created =
    names.length === 0
      ? []
      : await session.run(
          database,
          names.map((name) => `SHOW CREATE TABLE ${quoteIdentifier(name)}`),
        );
  const lines = [
    ...created.flatMap(([row]) => tableLines(String(row?.Table), String(row?.['Create Table']))),
    ...tables.filter((row) => Object.values(row)[1] === 'VIEW').map((row) => `view ${String(Object.values(row)[0])}`),
    ...triggers.map(
      ({ Trigger, Timing, Event, Table, Statement }) =>
        `trigger ${Trigger} ${Timing} ${Event} on ${Table}: ${oneLine(String(Statement))}`,
    ),
    ...routines.map(({ type, name, body }) => `${String(type).toLowerCase()} ${name}: ${oneLine(String(body))}`),
  ];
  return lines.sort();
}

/** One hash of all of it. */
export const fingerprintOf = (lines: readonly string[]): string => sha256(lines.join('\n'));

/** What one has and the other lacks, with `-` for what is missing and `+` for what is too much. */
export function schemaDifferences(expected: readonly string[], found: readonly string[]): string[] {
  const wanted = new Set(expected);
  const there = new Set(found);
  return [
    ...expected.filter((line) => !there.has(line)).map((line) => `- ${line}`),
    ...found.filter((line) => !wanted.has(line)).map((line) => `+ ${line}`),
  ];
}

function tableLines(table: string, created: string): string[] {
  let column = 0;
  return created
    .split('\n')
    .slice(1)
    .map((line) => line.trim().replace(/,$/, ''))
    .map((line) => {
      if (line.startsWith(')')) return `table ${table} ${line.slice(2).replace(/ AUTO_INCREMENT=\d+/, '')}`;
      if (KEY_OR_CONSTRAINT.test(line)) return `table ${table}: ${line}`;
      column += 1;
      return `table ${table}: column ${column} ${line}`;
    });
}

const oneLine = (text: string) =>
  text
    .replace(/\s+/g, ' ')
    .replace(/[; ]+$/, '')
    .trim();
