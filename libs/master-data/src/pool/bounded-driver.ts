import mysql2, { type Connection, type Pool, type PoolConnection, type PoolOptions } from 'mysql2';

/** The server ends a statement by itself; when it has not done so after this, it is not heard any more. */
const STATEMENT_GRACE_MS = 2_000;

export interface PoolBounds {
  /** how long a statement waits for a connection */
  acquireMs: number;
  /** how long one statement may take; undefined: as long as it takes, for migrations */
  statementMs?: number;
}

/**
 * mysql2 for TypeORM's `driver` option, with deadlines that its own pool has not: who waits for a connection, and who
 * waits for an answer of a server that fell silent, gets an error that says the server cannot be reached.
 */
export const boundedDriver = (bounds: PoolBounds) => ({
  ...mysql2,
  createPool: (options: PoolOptions) => bound(mysql2.createPool(options), bounds),
});

function bound(pool: Pool, { acquireMs, statementMs }: PoolBounds): Pool {
  const getConnection = pool.getConnection.bind(pool);
  pool.getConnection = (callback) => {
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      callback(silent(`no connection to the master database within ${acquireMs} ms`), undefined as never);
    }, acquireMs);
    getConnection((error, connection) => {
      if (isLate) {
        connection?.release();
        return;
      }
      clearTimeout(timer);
      callback(error, connection);
    });
  };
  if (statementMs) pool.on('connection', (connection) => limitStatements(connection, statementMs));
  return pool;
}

/** MariaDB ends any statement by it, MySQL a SELECT. Each engine reads the comment that is meant for it. */
const statementLimit = (ms: number) =>
  `SET SESSION autocommit = 1 /*M!100100 , max_statement_time = ${Number(ms) / 1_000} */ /*!50708 , max_execution_time = ${Number(ms)} */`;

function limitStatements(connection: PoolConnection, statementMs: number): void {
  const query = connection.query.bind(connection) as (...args: unknown[]) => ReturnType<Connection['query']>;
  const maxMs = statementMs + STATEMENT_GRACE_MS;
  const limited = (...args: unknown[]) => {
    const callback = args.at(-1);
    if (typeof callback !== 'function') return query(...args);
    const timer = setTimeout(() => breakOff(connection, maxMs), maxMs);
    return query(...args.slice(0, -1), (...answer: unknown[]) => {
      clearTimeout(timer);
      callback(...answer);
    });
  };
  Object.assign(connection, { query: limited });
  // queued before whatever comes: it costs no round trip of its own
  connection.query(statementLimit(statementMs), () => undefined);
}

/** Through the socket: so the driver answers the statements under way, and takes the connection out of the pool. */
function breakOff(connection: PoolConnection, maxMs: number): void {
  const { stream } = connection as unknown as { stream: { destroy(error: Error): void } };
  stream.destroy(silent(`no answer from the master database within ${maxMs} ms`));
}

const silent = (message: string): NodeJS.ErrnoException => Object.assign(new Error(message), { code: 'ETIMEDOUT' });
