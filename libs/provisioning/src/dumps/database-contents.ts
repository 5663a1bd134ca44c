import { quoteIdentifier, sha256 } from '@finvera/common';
import type { DatabaseContents, TableContents } from '@finvera/master-data';
import type { ServerSession } from '../servers/server-connections.js';

/**
 * Reads what stands in a database: rows, checksum and definition of each table, and its triggers, views, routines and
 * events. Reads every row, table after table: no snapshot of all of them when somebody writes meanwhile.
 */
export async function readContents(session: ServerSession, database: string): Promise<DatabaseContents> {
  const [engine] = await session.query<{ version: string }>('SELECT VERSION() AS version');
  const names = await session.query<{ name: string }>(
    "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = ? AND table_type = 'BASE TABLE' ORDER BY table_name",
    [database],
  );
  const tables: TableContents[] = [];
  for (const { name } of names) tables.push(await readTable(session, database, name));
  return { engine: engine!.version, tables, code: await readCode(session, database) };
}

async function readTable(session: ServerSession, database: string, name: string): Promise<TableContents> {
  const table = `${quoteIdentifier(database)}.${quoteIdentifier(name)}`;
  const [count] = await session.query<{ n: string }>(`SELECT COUNT(*) AS n FROM ${table}`);
  const [sum] = await session.query<{ Checksum: string | number | null }>(`CHECKSUM TABLE ${table}`);
  const [create] = await session.query<{ 'Create Table': string }>(`SHOW CREATE TABLE ${table}`);
  return {
    name,
    rows: Number(count!.n),
    checksum: String(sum!.Checksum),
    definition: sha256(plainDefinition(create!['Create Table'])),
  };
}

/** Without the counter, and without the character set that MySQL names beside a collation where somebody once did. */
const plainDefinition = (sql: string): string =>
  sql.replace(/ AUTO_INCREMENT=\d+/, '').replace(/ CHARACTER SET \w+(?= COLLATE)/g, '');

const CODE = [
  `SELECT trigger_name AS name, CONCAT_WS(' ', action_timing, event_manipulation, event_object_table) AS kind,
     action_statement AS body FROM information_schema.triggers WHERE trigger_schema = ? ORDER BY trigger_name`,
  `SELECT table_name AS name, 'VIEW' AS kind, view_definition AS body FROM information_schema.views
    WHERE table_schema = ? ORDER BY table_name`,
  `SELECT routine_name AS name, routine_type AS kind, routine_definition AS body FROM information_schema.routines
    WHERE routine_schema = ? ORDER BY routine_type, routine_name`,
  `SELECT event_name AS name, 'EVENT' AS kind, event_definition AS body FROM information_schema.events
    WHERE event_schema = ? ORDER BY event_name`,
];

async function readCode(session: ServerSession, database: string): Promise<string> {
  const texts: string[] = [];
  for (const statement of CODE)
    for (const { name, kind, body } of await session.query<{ name: string; kind: string; body: string | null }>(
      statement,
      [database],
    ))
      texts.push([name, kind, plainBody(body ?? '', database)].join('\n'));
  return sha256(texts.join('\0'));
}

/** Without the database's name, and without the `;` that MySQL keeps of the script that made it. */
const plainBody = (body: string, database: string): string =>
  body.replaceAll(`${quoteIdentifier(database)}.`, '').replace(/[;\s]+$/, '');

/**
 * What differs, in sentences; none: the same books. Checksums and definitions compare only between servers of one
 * version: another may store and print the same rows otherwise.
 */
export function differences(expected: DatabaseContents, found: DatabaseContents): string[] {
  const sameEngine = expected.engine === found.engine;
  const byName = new Map(found.tables.map((table) => [table.name, table]));
  const faults: string[] = [];
  for (const table of expected.tables) {
    const other = byName.get(table.name);
    byName.delete(table.name);
    if (!other) faults.push(`table ${table.name} is missing`);
    else if (other.rows !== table.rows)
      faults.push(`table ${table.name} has ${other.rows} rows instead of ${table.rows}`);
    else if (sameEngine && other.checksum !== table.checksum) faults.push(`rows of table ${table.name} differ`);
    else if (sameEngine && other.definition !== table.definition)
      faults.push(`table ${table.name} is defined otherwise`);
  }
  for (const name of byName.keys()) faults.push(`table ${name} is one too many`);
  if (sameEngine && expected.code !== found.code) faults.push('triggers, views, routines or events differ');
  return faults;
}

/**
 * As `differences`, for a snapshot that was taken while the company was at work: a table that was written between
 * `before` and `now` may hold other rows, and nothing else may be otherwise.
 * @param before what stood there before the snapshot
 * @param now what stands there after it
 */
export function differencesBesideWriting(
  before: DatabaseContents,
  snapshot: DatabaseContents,
  now: DatabaseContents,
): string[] {
  const written = new Set(
    before.tables
      .filter(({ name, checksum }) => now.tables.find((table) => table.name === name)?.checksum !== checksum)
      .map(({ name }) => name),
  );
  const found = new Map(snapshot.tables.map((table) => [table.name, table]));
  const expected = before.tables.map((table) => {
    const copied = written.has(table.name) ? found.get(table.name) : undefined;
    return copied ? { ...table, rows: copied.rows, checksum: copied.checksum } : table;
  });
  return differences({ ...before, tables: expected }, snapshot);
}
