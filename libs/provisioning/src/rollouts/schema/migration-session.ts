import { type MigrationStep, quoteIdentifier } from '@finvera/common';
import { CONNECTION_DEFAULTS, type ConnectionTarget, openConnection } from '@finvera/tenancy';
import { type Connection, format } from 'mysql2';

const CONNECT_TIMEOUT_MS = 3_000;
/** A change of a table waits so long for transactions that use it; meanwhile others wait behind it. */
const METADATA_LOCK_WAIT_SECONDS = 5;

export type Rows = Record<string, unknown>[];

/**
 * An administrative connection on which databases are migrated one after the other. Each round trip names its database
 * first, so that none can reach another by what an earlier one left behind.
 */
export class MigrationSession {
  /** Which way of changing a table online the engine took last time, by step. */
  readonly takenClause = new Map<MigrationStep, number>();

  private constructor(
    private readonly connection: Connection,
    readonly engine: 'mariadb' | 'mysql',
  ) {}

  static async open(target: Omit<ConnectionTarget, 'connectTimeoutMs'>): Promise<MigrationSession> {
    const connection = await openConnection({
      ...target,
      connectTimeoutMs: CONNECT_TIMEOUT_MS,
      multipleStatements: true, // texts of migrations are constant, values go through format()
    });
    const [versions] = await send(connection, [
      'SELECT VERSION() AS version',
      `SET SESSION lock_wait_timeout = ${METADATA_LOCK_WAIT_SECONDS}, foreign_key_checks = 1`,
    ]);
    return new MigrationSession(connection, /mariadb/i.test(String(versions?.[0]?.version)) ? 'mariadb' : 'mysql');
  }

  /**
   * Runs constant statements in one database, in one round trip; the first that fails ends it.
   * @returns the rows of each; of a statement without rows its result header
   */
  async run(database: string, statements: readonly string[]): Promise<Rows[]> {
    const [, ...results] = await send(this.connection, [`USE ${quoteIdentifier(database)}`, ...statements]);
    return results;
  }

  /** A statement with values in place of its question marks. */
  format(sql: string, values: (string | number | null)[]): string {
    return format(sql, values, CONNECTION_DEFAULTS.stringifyObjects, CONNECTION_DEFAULTS.timezone);
  }

  close(): void {
    this.connection.destroy();
  }
}

const send = (connection: Connection, statements: readonly string[]): Promise<Rows[]> =>
  new Promise((resolve, reject) =>
    connection.query(statements.join(';\n'), (error, results) =>
      error ? reject(error) : resolve(results as unknown as Rows[]),
    ),
  );

/** Rows that a statement without rows changed. */
export const changedRows = (result: Rows | undefined): number =>
  Number((result as unknown as { affectedRows?: number } | undefined)?.affectedRows ?? 0);
