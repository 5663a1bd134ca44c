import { conflict, type MigrationStep, quoteIdentifier } from '@finvera/common';
import type { MigrationSession } from './migration-session.js';

/**
 * How a table is changed while it is in use: at once, else in place with reads and writes going on. MySQL refuses a
 * LOCK clause beside INSTANT. What neither takes would copy the table and lock it meanwhile.
 */
const CLAUSES = {
  mariadb: [', ALGORITHM=INSTANT, LOCK=NONE', ', ALGORITHM=INPLACE, LOCK=NONE'],
  mysql: [', ALGORITHM=INSTANT', ', ALGORITHM=INPLACE, LOCK=NONE'],
} as const;

export const CHANGE_WAYS = ['instant', 'in place', 'locks the table'] as const;
export type ChangeWay = (typeof CHANGE_WAYS)[number];

const REFUSED = new Set(['ER_ALTER_OPERATION_NOT_SUPPORTED', 'ER_ALTER_OPERATION_NOT_SUPPORTED_REASON']);

export interface LockingLimits {
  /** Rows up to which a table may be locked: a moment. */
  lockRowsMax: number;
  /** Lock tables of any size. */
  allowLocking: boolean;
}

/**
 * Runs an ALTER TABLE in the gentlest way that the engine takes.
 * @param run sends the statement, with the algorithm that it demands
 * @throws DomainError 409 `would_lock_table` naming table and rows, when it could not run online and the table is large
 */
export async function changeOnline(
  {
    session,
    database,
    step,
    table,
  }: { session: MigrationSession; database: string; step: MigrationStep; table: string },
  { lockRowsMax, allowLocking }: LockingLimits,
  run: (clause: string) => Promise<void>,
): Promise<ChangeWay> {
  const clauses = CLAUSES[session.engine];
  for (let way = session.takenClause.get(step) ?? 0; way < clauses.length; way += 1) {
    try {
      await run(clauses[way]!);
      session.takenClause.set(step, way);
      return CHANGE_WAYS[way]!;
    } catch (error) {
      if (!REFUSED.has((error as { code?: string }).code ?? '')) throw error;
    }
  }
  session.takenClause.set(step, clauses.length);
  if (!allowLocking) await assertSmall(session, database, table, lockRowsMax);
  await run('');
  return 'locks the table';
}

async function assertSmall(session: MigrationSession, database: string, table: string, rowsMax: number): Promise<void> {
  const [[counted], [estimated]] = (await session.run(database, [
    session.format(`SELECT COUNT(*) AS n FROM (SELECT 1 FROM ${quoteIdentifier(table)} LIMIT ?) AS first_rows`, [
      rowsMax + 1,
    ]),
    session.format(
      'SELECT table_rows AS n FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = ?',
      [table],
    ),
  ])) as [{ n: unknown }[], { n: unknown }[]];
  const rows = Number(counted?.n ?? 0);
  if (rows <= rowsMax) return;
  const about = Math.max(rows, Number(estimated?.n ?? 0));
  throw conflict(
    'would_lock_table',
    `It would lock the table ${table} of about ${about} rows: the engine cannot change it online. ` +
      `Tables of up to ${rowsMax} rows are locked without asking (ROLLOUT_LOCK_ROWS_MAX); allow_locking lets it lock this one.`,
  );
}
