import { createConnection, type RowDataPacket } from 'mysql2/promise';
import { startMariadb } from '../../scripts/lib/mariadb.mjs';
import type { DatabaseAddress } from './platform.js';

export type Mariadb = Awaited<ReturnType<typeof startMariadb>>;

/** What replication needs; what a commit writes outlives the process, if not a power cut. */
const PRIMARY = ['--log-bin=binlog', '--binlog-format=ROW', '--innodb-flush-log-at-trx-commit=2'];

export const startPrimary = (dir: string): Promise<Mariadb> =>
  startMariadb({ dir, fast: true, serverId: 1, extraArgs: PRIMARY });

/** A MariaDB that follows another one; administrators sign in to it as to the primary. Start it before anything is stored. */
export async function startReplica(dir: string, primary: Mariadb, port?: number): Promise<Mariadb> {
  const replica = await startMariadb({ dir, port, fast: true, serverId: 2, extraArgs: ['--read-only=1'] });
  await sql(replica, "SET PASSWORD FOR root@'127.0.0.1' = PASSWORD(?)", [primary.password]);
  const follower: Mariadb = Object.assign(Object.create(replica) as Mariadb, { password: primary.password });
  await sql(follower, 'STOP SLAVE');
  await sql(
    follower,
    'CHANGE MASTER TO master_host = ?, master_port = ?, master_user = ?, master_password = ?, master_use_gtid = slave_pos, master_connect_retry = 1',
    [primary.host, primary.port, primary.user, primary.password],
  );
  await sql(follower, 'START SLAVE');
  return follower;
}

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
