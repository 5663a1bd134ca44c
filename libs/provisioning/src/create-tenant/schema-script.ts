import type { MigrationInterface } from 'typeorm';

/** What all migrations together do to an empty database, as constant SQL. */
export interface SchemaScript {
  /** Tables and what is in them, in order. */
  tables: readonly string[];
  /** The triggers that are there in the end, in order. A table that has one cannot be renamed into another database. */
  triggers: readonly string[];
}

interface MigrationsOfSchema {
  migrations: readonly (new () => MigrationInterface)[];
}

/** A migration does more than send constant statements: it has to run itself. */
class NotConstant extends Error {}

const MIGRATIONS_TABLE = `CREATE TABLE migrations (id int NOT NULL AUTO_INCREMENT, timestamp bigint NOT NULL,
  name varchar(255) NOT NULL, PRIMARY KEY (id)) ENGINE=InnoDB`;
/** TypeORM: the last 13 characters of a migration's name are its time. */
const TIMESTAMP_LENGTH = 13;

const NAME = '`?(\\w+)`?';
const DEFINER = '(?:OR\\s+REPLACE\\s+)?(?:DEFINER\\s*=\\s*\\S+\\s+)?';
const CREATE_TRIGGER = new RegExp(
  `^\\s*CREATE\\s+${DEFINER}TRIGGER\\s+(?:IF\\s+NOT\\s+EXISTS\\s+)?${NAME}[\\s\\S]*?\\sON\\s+${NAME}`,
  'i',
);
const DROP_TRIGGER = new RegExp(`^\\s*DROP\\s+TRIGGER\\s+(?:IF\\s+EXISTS\\s+)?${NAME}`, 'i');
const DROP_TABLE = new RegExp(`^\\s*DROP\\s+TABLE\\s+(?:IF\\s+EXISTS\\s+)?${NAME}`, 'i');
const UNMOVABLE = new RegExp(`^\\s*CREATE\\s+${DEFINER}(?:PROCEDURE|FUNCTION|VIEW|EVENT)\\b`, 'i');
const READS = /^\s*(?:SELECT|SHOW|WITH)\b/i;

/**
 * Lets the migrations tell what they would send, without a database.
 * @returns null when one of them reads, or sends values, or makes what is neither table nor trigger
 */
export async function schemaScript({ migrations }: MigrationsOfSchema): Promise<SchemaScript | null> {
  const tables: string[] = [MIGRATIONS_TABLE];
  const triggers = new Map<string, { table: string; statement: string }>();
  const take = (statement: string): void => {
    const created = CREATE_TRIGGER.exec(statement);
    const droppedTrigger = DROP_TRIGGER.exec(statement);
    const droppedTable = DROP_TABLE.exec(statement);
    if (created) triggers.set(created[1]!, { table: created[2]!, statement });
    else if (droppedTrigger) triggers.delete(droppedTrigger[1]!);
    else tables.push(statement);
    if (droppedTable) for (const [name, { table }] of triggers) if (table === droppedTable[1]) triggers.delete(name);
  };
  try {
    for (const Migration of migrations) {
      const migration = new Migration();
      await migration.up(recorder(take));
      tables.push(rowOf(migration));
    }
  } catch (error) {
    if (error instanceof NotConstant) return null;
    throw error;
  }
  return { tables, triggers: [...triggers.values()].map(({ statement }) => statement) };
}

/** A QueryRunner that runs nothing: it takes down constant statements, and refuses everything else. */
function recorder(take: (statement: string) => void): Parameters<MigrationInterface['up']>[0] {
  const query = async (statement: string, parameters?: unknown[]): Promise<unknown> => {
    if ((parameters?.length ?? 0) > 0 || READS.test(statement) || UNMOVABLE.test(statement)) throw new NotConstant();
    take(statement);
    return undefined;
  };
  // one statement at a time, so that each can be told from the others
  const dataSource = { options: { type: 'mysql', multipleStatements: false } };
  const known: Record<PropertyKey, unknown> = { query, dataSource, connection: dataSource };
  return new Proxy(known, {
    get(target, name) {
      if (name in target) return target[name];
      throw new NotConstant();
    },
  }) as never;
}

function rowOf(migration: MigrationInterface): string {
  const name = migration.name ?? migration.constructor.name;
  const timestamp = name.slice(-TIMESTAMP_LENGTH);
  if (!/^\w+$/.test(name) || !/^\d+$/.test(timestamp)) throw new NotConstant();
  return `INSERT INTO migrations (timestamp, name) VALUES (${timestamp}, '${name}')`;
}
