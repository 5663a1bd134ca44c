import { randomBytes } from 'node:crypto';
import { MigrateDatabase, type MigrateRequest } from './migrate-database.js';
import { MigrationSession } from './migration-session.js';
import { schemaLines } from './schema-fingerprint.js';
import type { SchemaVersions } from './schema-versions.js';

const { TEST_DB_HOST: host, TEST_DB_PORT = '3306', TEST_DB_USER = 'root', TEST_DB_PASSWORD = '' } = process.env;
const MIGRATIONS = `CREATE TABLE migrations (id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, timestamp BIGINT NOT NULL,
  name VARCHAR(255) NOT NULL) ENGINE=InnoDB`;

/** Tests that need a database are skipped where none is given. */
export const describeWithDatabase = host ? describe : describe.skip;

export const openSession = () =>
  MigrationSession.open({ host: host!, port: Number(TEST_DB_PORT), user: TEST_DB_USER, password: TEST_DB_PASSWORD });

/** A database to migrate; dropped at the end of the test file. */
export async function givenDatabase(versions: SchemaVersions) {
  const session = await openSession();
  const database = `test_migrate_${randomBytes(6).toString('hex')}`;
  const empty = async () => {
    await session.run('information_schema', [`DROP DATABASE IF EXISTS ${database}`, `CREATE DATABASE ${database}`]);
    await session.run(database, [MIGRATIONS]);
  };
  await empty();
  return {
    database,
    session,
    empty,
    migrate: (change: Partial<MigrateRequest> = {}) =>
      new MigrateDatabase({
        session,
        database,
        lockName: `finvera:migrate:${database}`,
        versions,
        lockRowsMax: 100,
        allowLocking: false,
        ...change,
      }),
    lines: () => schemaLines(session, database),
    async rows(sql: string) {
      const [rows] = await session.run(database, [sql]);
      return Array.isArray(rows) ? rows.map((row) => ({ ...row })) : [];
    },
    async drop() {
      await session.run('information_schema', [`DROP DATABASE IF EXISTS ${database}`]);
      session.close();
    },
  };
}

/** A session that is lost after so many statements in all, as by a cut connection: what was sent before took effect. */
export function sessionLostAfter(session: MigrationSession, statements: number): MigrationSession {
  let left = statements;
  const run = async (database: string, asked: readonly string[]) => {
    const sent = asked.slice(0, left);
    const whole = sent.length === asked.length;
    left -= sent.length;
    const results = sent.length > 0 ? await session.run(database, sent) : [];
    if (whole) return results;
    await session.run(database, ['DO RELEASE_ALL_LOCKS()']); // as the server does for a dead one
    if (sent.includes('START TRANSACTION')) await session.run(database, ['ROLLBACK']);
    throw Object.assign(new Error('connection lost'), { code: 'PROTOCOL_CONNECTION_LOST' });
  };
  return Object.create(session, { run: { value: run } }) as MigrationSession;
}
