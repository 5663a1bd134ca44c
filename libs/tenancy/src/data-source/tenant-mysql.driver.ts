import type { Connection } from 'mysql2';
import { type DataSource, QueryFailedError, QueryResult, QueryRunnerAlreadyReleasedError } from 'typeorm';
import { MysqlDriver } from 'typeorm/driver/mysql/MysqlDriver.js';
import { MysqlQueryRunner } from 'typeorm/driver/mysql/MysqlQueryRunner.js';
import { isUnreachable } from '@finvera/common';
import { databaseUnavailable } from '../connections/database-failure.js';
import type { TenantShare } from '../connections/server-pool.js';
import { timed } from '../observation/watch-statements.js';

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

class TenantQueryRunner extends MysqlQueryRunner {
  private connectionLost = false;

  /**
   * What TypeORM's own does, without what nobody here uses: subscribers, query logging, and the driver's promise wrapper,
   * which captures a stack for each statement. It is on the path of every request.
   */
  override async query(sql: string, parameters?: unknown[], structured = false) {
    if (this.isReleased) throw new QueryRunnerAlreadyReleasedError();
    const connection: Connection = await this.connect();
    const [error, raw] = await new Promise<[unknown, unknown]>((resolve) =>
      connection.query(
        sql,
        parameters ?? [],
        timed(connection, sql, (failure, rows) => resolve([failure, rows])),
      ),
    );
    if (error) {
      this.connectionLost = isUnreachable(error);
      throw this.connectionLost ? databaseUnavailable(1, error) : new QueryFailedError(sql, parameters, error as Error);
    }
    return structured ? structuredResult(raw) : raw;
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
