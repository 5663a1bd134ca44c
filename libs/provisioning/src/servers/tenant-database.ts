import { quoteGrantDatabase, quoteIdentifier } from '@finvera/common';
import { databaseUsersOf } from '../tenants/tenant-names.js';
import type { ServerSession } from './server-connections.js';
import { oneAtATime } from './trigger-lock.js';

/** Rights of a tenant's own user: the data of its database alone, and nothing of its structure. */
const TENANT_RIGHTS = 'SELECT, INSERT, UPDATE, DELETE, EXECUTE, CREATE TEMPORARY TABLES, LOCK TABLES';

/** An empty database; what stood there under this name is gone, so that a second try begins afresh. */
export async function createDatabase(session: ServerSession, database: string): Promise<void> {
  if (await createNewDatabase(session, database)) return;
  await killConnections(session, database); // the script of a process that was killed may still be running
  await dropDatabase(session, database);
  await createNewDatabase(session, database);
}

/** @returns false when there is one of this name, which then stays as it is */
export async function createNewDatabase(session: ServerSession, database: string): Promise<boolean> {
  try {
    await session.query(
      `CREATE DATABASE ${quoteIdentifier(database)} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci`,
    );
    return true;
  } catch (error) {
    if ((error as { code?: string }).code === 'ER_DB_CREATE_EXISTS') return false;
    throw error;
  }
}

export async function dropDatabase(session: ServerSession, database: string): Promise<void> {
  const triggers = await session.query<{ name: string; on: string }>(
    'SELECT trigger_name AS name, event_object_table AS `on` FROM information_schema.triggers WHERE trigger_schema = ?',
    [database],
  );
  await dropTriggers(session, database, triggers);
  const drop = `DROP DATABASE IF EXISTS ${quoteIdentifier(database)}`;
  try {
    await session.query(drop);
  } catch (error) {
    if ((error as { code?: string }).code !== 'ER_DB_DROP_RMDIR') throw error;
    await session.query(`USE ${quoteIdentifier(database)}`);
    for (const name of new Set(triggers.map(({ on }) => on))) await takeTriggerFileAway(session, name);
    await session.query(drop);
  }
}

/**
 * A DROP DATABASE that is killed in the midst leaves files of triggers (`<trigger>.TRN`) on MariaDB 10.11 without the
 * tables that they were of; no statement takes them away, and the database can never be dropped. So the triggers go first:
 * a DROP TRIGGER is done as a whole.
 */
async function dropTriggers(
  session: ServerSession,
  database: string,
  triggers: readonly { name: string }[],
): Promise<void> {
  if (triggers.length === 0 || !(await isMariadb(session))) return;
  const drops = triggers.map(
    ({ name }) => `DROP TRIGGER IF EXISTS ${quoteIdentifier(database)}.${quoteIdentifier(name)}`,
  );
  for (const statement of oneAtATime(...drops)) await session.query(statement);
}

async function isMariadb(session: ServerSession): Promise<boolean> {
  const [engine] = await session.query<{ version: string }>('SELECT VERSION() AS version');
  return /mariadb/i.test(engine?.version ?? '');
}

/**
 * MariaDB 10.11 can leave `<table>.TRG-` in a database's folder when several connections make triggers at once; the
 * folder can then not be removed. Making two triggers on a table of that name writes the file anew and removes it.
 */
async function takeTriggerFileAway(session: ServerSession, table: string): Promise<void> {
  const name = quoteIdentifier(table);
  await session.query(`CREATE TABLE IF NOT EXISTS ${name} (id INT) ENGINE=InnoDB`);
  await session.query(`CREATE TRIGGER left_file_1 BEFORE INSERT ON ${name} FOR EACH ROW SET @left_file = 1`);
  await session.query(`CREATE TRIGGER left_file_2 BEFORE UPDATE ON ${name} FOR EACH ROW SET @left_file = 1`);
  await session.query(`DROP TABLE ${name}`);
}

/** A user that can reach this database and no other. */
export async function createDatabaseUser(session: ServerSession, database: string, user: string, password: string) {
  await session.query("CREATE USER IF NOT EXISTS ?@'%' IDENTIFIED BY ?", [user, password]);
  await session.query("ALTER USER ?@'%' IDENTIFIED BY ?", [user, password]);
  await session.query(`GRANT ${TENANT_RIGHTS} ON ${quoteGrantDatabase(database)}.* TO ?@'%'`, [user]);
}

export async function dropDatabaseUser(session: ServerSession, user: string): Promise<void> {
  await session.query("DROP USER IF EXISTS ?@'%'", [user]);
}

/** Nobody can sign in as this user any more; who is signed in stays so. */
export async function lockDatabaseUser(session: ServerSession, user: string): Promise<void> {
  await session.query("ALTER USER IF EXISTS ?@'%' ACCOUNT LOCK", [user]);
}

export async function unlockDatabaseUser(session: ServerSession, user: string): Promise<void> {
  await session.query("ALTER USER IF EXISTS ?@'%' ACCOUNT UNLOCK", [user]);
}

/** Drops every user that a tenant has or may have had. @param except the one that stays */
export async function dropDatabaseUsersOf(
  session: ServerSession,
  tenant: { id: string; dbUser: string | null; nextDbUser?: string | null },
  { except, former }: { except?: string | null; former?: string | null } = {},
): Promise<void> {
  const names = new Set([tenant.dbUser, tenant.nextDbUser, former, ...databaseUsersOf(tenant.id)]);
  for (const name of names) if (name && name !== except) await dropDatabaseUser(session, name);
}

/** Ends every connection to the database, so that a DROP does not hang on somebody's metadata lock. */
export async function killConnections(session: ServerSession, database: string): Promise<void> {
  const rows = await session.query<{ id: string }>(
    'SELECT id FROM information_schema.processlist WHERE db = ? AND id <> CONNECTION_ID()',
    [database],
  );
  for (const { id } of rows) await session.query('KILL ?', [Number(id)]).catch(() => undefined); // it may have ended by itself
}

/** Size of one database's files in megabytes (2^20 bytes). */
export async function databaseSizeMb(session: ServerSession, database: string): Promise<number> {
  return (await databaseSizesMb(session, database)).get(database) ?? 0;
}

/**
 * Sizes of databases' files in megabytes (2^20 bytes), by name: file sizes from MariaDB's innodb_sys_tablespaces or
 * MySQL's innodb_tablespaces, fresh and cheap, where information_schema.tables would only estimate.
 * @param database one database alone
 */
export async function databaseSizesMb(session: ServerSession, database?: string): Promise<Map<string, number>> {
  const table = (await isMariadb(session)) ? 'innodb_sys_tablespaces' : 'innodb_tablespaces';
  const rows = await session.query<{ db: string; bytes: string }>(
    `SELECT SUBSTRING_INDEX(name, '/', 1) AS db, SUM(file_size) AS bytes FROM information_schema.${table}
      WHERE name LIKE ? GROUP BY db`,
    [database === undefined ? '%/%' : `${database.replaceAll('_', '\\_')}/%`],
  );
  return new Map(rows.map(({ db, bytes }) => [db, Math.round((Number(bytes) / 1_048_576) * 1000) / 1000]));
}
