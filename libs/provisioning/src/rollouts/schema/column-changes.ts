import type { MigrationSession } from './migration-session.js';

/** A column as far as code that writes and reads it depends on it. */
interface Column {
  table: string;
  type: string;
  nullable: boolean;
  /** A row can be inserted without naming it. */
  optional: boolean;
}

export type Columns = Map<string, Column>;

export async function readColumns(session: MigrationSession, database: string): Promise<Columns> {
  const [rows = []] = await session.run(database, [
    `SELECT table_name AS t, column_name AS c, column_type AS type, is_nullable AS nullable, column_default AS given,
       extra AS extra FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name <> 'migrations'`,
  ]);
  return new Map(
    rows.map(({ t, c, type, nullable, given, extra }) => [
      `${t}.${c}`,
      {
        table: String(t),
        type: String(type).toLowerCase(),
        nullable: nullable === 'YES',
        optional: nullable === 'YES' || given !== null || /auto_increment|generated/i.test(String(extra)),
      },
    ]),
  );
}

/** What code that knows the columns only as they were can no longer do, as sentences. */
export function destructiveChanges(before: Columns, after: Columns): string[] {
  const tables = new Set([...before.values()].map(({ table }) => table));
  return [
    ...[...before].flatMap(([name, was]) => {
      const is = after.get(name);
      if (!is) return [`drops or renames ${name}`];
      return [
        ...(was.nullable && !is.nullable ? [`makes ${name} NOT NULL`] : []),
        ...(was.optional && !is.optional && !was.nullable ? [`takes the default of ${name} away`] : []),
        ...(isAsWide(was.type, is.type) ? [] : [`narrows ${name} from ${was.type} to ${is.type}`]),
      ];
    }),
    ...[...after]
      .filter(([name, { table, optional }]) => !before.has(name) && tables.has(table) && !optional)
      .map(([name]) => `adds ${name} NOT NULL without a default`),
  ];
}

const FAMILIES = [
  ['tinyint', 'smallint', 'mediumint', 'int', 'bigint'],
  ['tinytext', 'text', 'mediumtext', 'longtext'],
  ['tinyblob', 'blob', 'mediumblob', 'longblob'],
  ['float', 'double'],
];

/** Whether every value of one type fits another. */
export function isAsWide(from: string, to: string): boolean {
  if (from === to) return true;
  const [was, is] = [readType(from), readType(to)];
  if (was.sign !== is.sign) return false;
  const family = FAMILIES.find((names) => names.includes(was.name));
  if (family?.includes(is.name)) return family.indexOf(is.name) >= family.indexOf(was.name);
  if (was.name === 'varchar' || was.name === 'char')
    return (
      (is.name === 'varchar' && is.numbers[0]! >= was.numbers[0]!) ||
      (is.name === was.name && is.numbers[0]! >= was.numbers[0]!) ||
      ['mediumtext', 'longtext'].includes(is.name)
    );
  if (was.name !== is.name) return false;
  if (was.name === 'decimal') {
    const [digits = 10, scale = 0] = was.numbers;
    const [newDigits = 10, newScale = 0] = is.numbers;
    return newScale >= scale && newDigits - newScale >= digits - scale;
  }
  if (was.name === 'enum' || was.name === 'set') return was.words.every((word, index) => is.words[index] === word);
  return (is.numbers[0] ?? 0) >= (was.numbers[0] ?? 0);
}

function readType(type: string) {
  const [, name = '', inside = '', rest = ''] = /^(\w+)(?:\((.*)\))?(.*)$/.exec(type) ?? [];
  return {
    name,
    numbers: inside.split(',').map(Number),
    words: inside.split(',').map((word) => word.trim()),
    sign: /unsigned/.test(rest) ? 'unsigned' : 'signed',
  };
}
