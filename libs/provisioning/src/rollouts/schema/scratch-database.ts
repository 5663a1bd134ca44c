import { quoteIdentifier } from '@finvera/common';
import { randomBytes } from 'node:crypto';
import type { MigrationSession } from './migration-session.js';

/** No company's name begins like this. */
const PREFIX = 'scratch_finvera_';
/** What a crash left behind is dropped by the next use after so long. */
const LEFTOVER_AGE_MS = 24 * 60 * 60 * 1_000;

const FRESH_MAX_MS = 60 * 60 * 1_000;

/** As TypeORM makes it. */
const MIGRATIONS_TABLE = `CREATE TABLE migrations (
  id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, timestamp BIGINT NOT NULL, name VARCHAR(255) NOT NULL) ENGINE=InnoDB`;

/** @param since milliseconds; @param key letters and digits that tell it from others of the same moment */
export const scratchName = (since = Date.now(), key = randomBytes(4).toString('hex')): string =>
  `${PREFIX}${since}_${key}`;

/**
 * Gives an empty database for the time of the work, and drops it.
 * @param database from `scratchName`, for whoever must find it again after a crash
 */
export async function withScratchDatabase<T>(
  session: MigrationSession,
  work: (database: string) => Promise<T>,
  database = scratchName(),
): Promise<T> {
  await dropLeftovers(session);
  await dropScratch(session, database);
  await session.run('information_schema', [
    `CREATE DATABASE ${quoteIdentifier(database)} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci`,
  ]);
  try {
    await session.run(database, [MIGRATIONS_TABLE]);
    return await work(database);
  } finally {
    await dropScratch(session, database);
  }
}

export async function dropScratch(session: MigrationSession, database: string): Promise<void> {
  await session.run('information_schema', [`DROP DATABASE IF EXISTS ${quoteIdentifier(database)}`]);
}

/** Whether a name is that of a scratch database which somebody may be at work with: younger than an hour. */
export const isFreshScratch = (name: string): boolean => name.startsWith(PREFIX) && ageMs(name) < FRESH_MAX_MS;

const ageMs = (name: string) => Date.now() - Number(name.split('_')[2]);

async function dropLeftovers(session: MigrationSession): Promise<void> {
  const [rows = []] = await session.run('information_schema', ["SHOW DATABASES LIKE 'scratch\\_finvera\\_%'"]);
  for (const row of rows) {
    const name = String(Object.values(row)[0]);
    if (ageMs(name) > LEFTOVER_AGE_MS) await dropScratch(session, name);
  }
}
