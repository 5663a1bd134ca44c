import { type Connection, type ConnectionOptions, createConnection } from 'mysql2';

/** mysql2 pre-allocates for 16,000 prepared statements per connection, some 500 KB; nobody needs so many. */
const MAX_PREPARED_STATEMENTS = 100;
/** A connection on which nothing moves is asked by the kernel after this, then each second; gone after ten without an answer. */
const KEEP_ALIVE_AFTER_MS = 10_000;

/** Strict, in UTC, and no waiting for locks longer than ten seconds. */
const SESSION = `SET SESSION time_zone = '+00:00', innodb_lock_wait_timeout = 10,
  sql_mode = 'STRICT_ALL_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION'`;

/**
 * MariaDB ends any statement by it, MySQL a SELECT. Each engine reads the comment that is meant for it, where the driver
 * fills in no placeholders.
 */
const withStatementLimit = (ms: number) =>
  `${SESSION} /*M!100100 , max_statement_time = ${Number(ms) / 1_000} */ /*!50708 , max_execution_time = ${Number(ms)} */`;

/** How all our connections read values: money and big numbers as strings, DATE as text, DATETIME as UTC. */
export const CONNECTION_DEFAULTS = {
  charset: 'utf8mb4',
  timezone: 'Z',
  dateStrings: ['DATE'],
  supportBigNumbers: true,
  bigNumberStrings: true,
  stringifyObjects: true,
  maxPreparedStatements: MAX_PREPARED_STATEMENTS,
} satisfies ConnectionOptions & { maxPreparedStatements: number };

export interface ConnectionTarget {
  host: string;
  port: number;
  user: string;
  password: string;
  database?: string;
  /** until it is signed in and its session is set */
  connectTimeoutMs: number;
  /** Several statements in one round trip; for constant SQL alone. */
  multipleStatements?: boolean;
  /** The server ends a statement that takes longer; undefined: none. */
  statementTimeoutMs?: number;
  /** The server refuses whatever would change something. */
  readOnly?: boolean;
}

/** A connection that says whether its socket is open, and that can be ended with a statement under way. */
export type OpenConnection = Connection & { isOpen(): boolean; breakOff(error: Error): void };

/** Opens a connection and sets its session; rejects with the driver's error. Lost later, its next statement says so. */
export async function openConnection(target: ConnectionTarget): Promise<OpenConnection> {
  const { connectTimeoutMs, statementTimeoutMs, readOnly = false, ...rest } = target;
  const driver = createConnection({
    ...CONNECTION_DEFAULTS,
    ...rest,
    connectTimeout: connectTimeoutMs,
    enableKeepAlive: true,
    keepAliveInitialDelay: KEEP_ALIVE_AFTER_MS,
  });
  const { stream } = driver as unknown as { stream: { destroyed: boolean; destroy(error?: Error): void } };
  const close = driver.destroy.bind(driver);
  const connection: OpenConnection = Object.assign(driver, {
    isOpen: () => !stream.destroyed,
    // through the socket: the driver's own destroy() would never answer the statement under way
    breakOff: (error: Error) => stream.destroy(error),
    // the driver's own waits for the other side to close the socket as well
    destroy: () => {
      close();
      stream.destroy();
    },
  });
  // the driver's own limit ends with the login
  const late = Object.assign(new Error(`not signed in within ${connectTimeoutMs} ms`), { code: 'ETIMEDOUT' });
  const timer = setTimeout(() => connection.breakOff(late), connectTimeoutMs);
  let refuse: (error: Error) => void = () => undefined;
  const refused = new Promise<never>((_, reject) => {
    refuse = reject;
  });
  // stays: a connection lost while nobody asks it anything tells so here, and unheard that would end the process
  connection.on('error', refuse);
  try {
    // queued at once behind the login, so that it costs no round trip of its own
    const session = run(connection, statementTimeoutMs ? withStatementLimit(statementTimeoutMs) : SESSION);
    const settings = readOnly ? [session, run(connection, 'SET SESSION TRANSACTION READ ONLY')] : [session];
    await Promise.race([refused, Promise.all(settings)]);
    return connection;
  } catch (error) {
    connection.destroy();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

const run = (connection: Connection, sql: string): Promise<void> =>
  new Promise((resolve, reject) => connection.query(sql, (error) => (error ? reject(error) : resolve())));
