import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createConnection, type RowDataPacket } from 'mysql2/promise';
import { type DatabaseServer, isMysql, startDatabaseServer } from './database-server.js';
import type { DatabaseAddress } from './platform.js';

/** MySQL takes no longer password for its replication. */
const PASSWORD_BYTES = 16;

export function startPrimary(dir: string): Promise<DatabaseServer> {
  keepPassword(dir, randomBytes(PASSWORD_BYTES).toString('hex'));
  return startDatabaseServer({ dir, serverId: 1, isReplicated: true });
}

/** A server that follows another one; administrators sign in to it as to the primary. Start it before anything is stored. */
export async function startReplica(dir: string, primary: DatabaseServer, port?: number): Promise<DatabaseServer> {
  keepPassword(dir, primary.password);
  const replica = await startDatabaseServer({ dir, port, serverId: 2, isReplicated: isMysql, args: ['--read-only=1'] });
  try {
    await stopReplication(replica);
    const { host, port: primaryPort, user, password } = primary;
    await sql(replica, isMysql ? FOLLOW_MYSQL : FOLLOW_MARIADB, [host, primaryPort, user, password]);
    await startReplication(replica);
    return replica;
  } catch (error) {
    await replica.stop();
    throw error;
  }
}

/** Where a server that starts there finds what its administrator signs in with. */
function keepPassword(dir: string, password: string): void {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  writeFileSync(join(dir, 'password'), password, { mode: 0o600 });
}

const FOLLOW_MARIADB = `CHANGE MASTER TO master_host = ?, master_port = ?, master_user = ?, master_password = ?,
  master_use_gtid = slave_pos, master_connect_retry = 1`;
const FOLLOW_MYSQL = `CHANGE REPLICATION SOURCE TO source_host = ?, source_port = ?, source_user = ?, source_password = ?,
  source_auto_position = 1, source_connect_retry = 1, get_source_public_key = 1`;

const WORD = isMysql ? 'REPLICA' : 'SLAVE';
export const stopReplication = (replica: DatabaseServer) => sql(replica, `STOP ${WORD}`);
export const startReplication = (replica: DatabaseServer) => sql(replica, `START ${WORD}`);

export async function sql<Row = Record<string, unknown>>(
  { host, port, user, password }: DatabaseAddress,
  statement: string,
  parameters: unknown[] = [],
): Promise<Row[]> {
  const connection = await createConnection({ host, port, user, password });
  try {
    const [rows] = await connection.query<RowDataPacket[]>(statement, parameters);
    return rows as Row[];
  } finally {
    await connection.end();
  }
}
