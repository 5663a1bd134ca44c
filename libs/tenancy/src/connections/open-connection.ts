import { type Connection, type ConnectionOptions, createConnection } from 'mysql2';

/** mysql2 pre-allocates for 16,000 prepared statements per connection, some 500 KB; nobody needs so many. */
const MAX_PREPARED_STATEMENTS = 100;

/** Strict, in UTC, and no waiting for locks longer than ten seconds. */
const SESSION = `SET SESSION time_zone = '+00:00', innodb_lock_wait_timeout = 10,
  sql_mode = 'STRICT_ALL_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION'`;

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
  connectTimeoutMs: number;
  /** Several statements in one round trip; for constant SQL alone. */
  multipleStatements?: boolean;
}

/** Opens a connection and sets its session; rejects with the driver's error. */
export function openConnection(target: ConnectionTarget): Promise<Connection> {
  const { connectTimeoutMs, ...rest } = target;
  const connection = createConnection({ ...CONNECTION_DEFAULTS, ...rest, connectTimeout: connectTimeoutMs });
  return new Promise((resolve, reject) => {
    const refuse = (error: unknown) => {
      connection.destroy();
      reject(error);
    };
    connection.once('error', refuse);
    // queued at once behind the login, so that it costs no round trip of its own
    connection.query(SESSION, (error) => {
      if (error) return refuse(error);
      connection.off('error', refuse);
      const { stream } = connection as unknown as { stream: { destroyed: boolean } };
      resolve(Object.assign(connection, { isOpen: () => !stream.destroyed }));
    });
  });
}
