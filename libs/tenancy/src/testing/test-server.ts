import { quoteIdentifier } from '@finvera/common';
import type { Connection } from 'mysql2';
import { openConnection } from '../connections/open-connection.js';

/** A MariaDB or MySQL on which tests may make and drop databases. */
export interface TestServer {
  host: string;
  port: number;
  user: string;
  password: string;
}

/** What the tests' tenants look like. */
export interface TestTenantOptions {
  server: TestServer;
  entities: readonly (new () => object)[];
  /** Makes the tables and whatever a new tenant has; called once, on an empty database. */
  create: (query: (sql: string, parameters?: unknown[]) => Promise<unknown>, database: string) => Promise<unknown>;
}

const CONNECT_TIMEOUT_MS = 5_000;

export const connectTo = (server: TestServer, database?: string): Promise<Connection> =>
  openConnection({ ...server, database, connectTimeoutMs: CONNECT_TIMEOUT_MS });

export const send = (connection: Connection, sql: string, parameters: unknown[] = []): Promise<unknown> =>
  new Promise((resolve, reject) =>
    connection.query(sql, parameters, (error, rows) => (error ? reject(error) : resolve(rows))),
  );

/** A database of the tests' own, filled by `create`. */
export async function createTestDatabase({ server, create }: TestTenantOptions, database: string): Promise<void> {
  await onServer(server, (query) => query(`CREATE DATABASE ${quoteIdentifier(database)} CHARACTER SET utf8mb4`));
  const connection = await connectTo(server, database);
  try {
    await create((sql, parameters) => send(connection, sql, parameters), database);
  } finally {
    connection.destroy();
  }
}

export const dropTestDatabase = (server: TestServer, database: string): Promise<unknown> =>
  onServer(server, (query) => query(`DROP DATABASE IF EXISTS ${quoteIdentifier(database)}`));

async function onServer(server: TestServer, work: (query: (sql: string) => Promise<unknown>) => Promise<unknown>) {
  const connection = await connectTo(server);
  try {
    return await work((sql) => send(connection, sql));
  } finally {
    connection.destroy();
  }
}
