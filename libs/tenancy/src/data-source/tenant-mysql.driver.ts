import type { Connection } from 'mysql2';
import { type DataSource, QueryFailedError, QueryResult, QueryRunnerAlreadyReleasedError } from 'typeorm';
import { MysqlDriver } from 'typeorm/driver/mysql/MysqlDriver.js';
import { MysqlQueryRunner } from 'typeorm/driver/mysql/MysqlQueryRunner.js';
import { DomainError, isStatementTimeout, isUnreachable } from '@finvera/common';
import { databaseUnavailable, statementTimedOut } from '../connections/database-failure.js';
import type { PoolableConnection, TenantShare } from '../connections/tenant-share.js';
import { timed } from '../observation/watch-statements.js';

type Heard = Pick<PoolableConnection, 'sentAtMs' | 'heardAtMs'>;
type ReplicationMode = Parameters<DataSource['createQueryRunner']>[0];

/** TypeORM's MySQL driver with its connections taken from the tenant's share of the server pool. */
export class TenantMysqlDriver extends MysqlDriver {
  constructor(
    dataSource: DataSource,
    database: string,
    private readonly share: TenantShare<Connection>,
  ) {
    super(dataSource);
    this.database = database;
  }

  /** Opens nothing: the first query does. */
  override async connect(): Promise<void> {}

  override async disconnect(): Promise<void> {
    this.share.close();
  }

  override createQueryRunner(mode: ReplicationMode = 'master'): MysqlQueryRunner {
    return new TenantQueryRunner(this, mode ?? 'master');
  }

  override async obtainMasterConnection(): Promise<Connection & { release(): void }> {
    const { connection, release } = await this.share.acquire();
    // a method of this check-out, not of the connection: a runner that releases twice must not release its successor
    return Object.assign(connection, { release });
  }

  override obtainSlaveConnection() {
    return this.obtainMasterConnection();
  }
}

/**
 * What TypeORM's own does for a statement, without what nobody here uses: subscribers, query logging, and the driver's
 * promise wrapper, which captures a stack for each. It is on the path of every request.
 * @param dateStrings which values of time arrive as text; what the connection says when left away
 * @throws DomainError 503 `tenant_database_unavailable` when the connection is lost, `tenant_statement_timeout` when the
 *   server gave the statement up, else TypeORM's QueryFailedError
 */
export function runStatement(
  connection: Connection & Heard,
  sql: string,
  parameters: unknown[] = [],
  dateStrings?: true,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    connection.sentAtMs = performance.now();
    connection.query(
      { sql, values: parameters, dateStrings },
      timed(connection, sql, (failure, rows) => {
        connection.sentAtMs = 0;
        connection.heardAtMs = performance.now();
        if (!failure) resolve(rows);
        else if (isUnreachable(failure)) reject(databaseUnavailable(1, failure));
        else if (isStatementTimeout(failure)) reject(statementTimedOut(failure));
        else reject(new QueryFailedError(sql, parameters, failure));
      }),
    );
  });
}

class TenantQueryRunner extends MysqlQueryRunner {
  private connectionLost = false;

  override async query(sql: string, parameters?: unknown[], structured = false) {
    if (this.isReleased) throw new QueryRunnerAlreadyReleasedError();
    const connection: Connection = await this.connect();
    try {
      const raw = await runStatement(connection, sql, parameters);
      return structured ? structuredResult(raw) : raw;
    } catch (error) {
      this.connectionLost = error instanceof DomainError;
      throw error;
    }
  }

  /** A connection that is gone, or whose transaction was left open, is thrown away, never handed to somebody else. */
  override release(): Promise<void> {
    if (this.isReleased) return Promise.resolve();
    this.isReleased = true;
    const held = (this as unknown as { databaseConnection?: { release(broken: boolean): void } }).databaseConnection;
    held?.release(this.isTransactionActive || this.connectionLost);
    return Promise.resolve();
  }
}

function structuredResult(raw: unknown): QueryResult {
  const result = new QueryResult();
  result.raw = raw;
  if (Array.isArray(raw)) result.records = [...raw];
  const affected = (raw as { affectedRows?: number } | undefined)?.affectedRows;
  if (affected !== undefined) result.affected = affected;
  return result;
}
