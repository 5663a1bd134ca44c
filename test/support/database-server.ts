import { startMariadb } from '../../scripts/lib/mariadb.mjs';
import { startMysql } from '../../scripts/lib/mysql.mjs';
import type { DatabaseAddress } from './platform.js';

export interface DatabaseServer extends DatabaseAddress {
  pid: number;
  /** ends it cleanly */
  stop(): Promise<void>;
  /** SIGKILL; comes back when it is gone, so that the same folder and port can be started again */
  kill(): Promise<void>;
}

export interface DatabaseServerOptions {
  /** holds everything of the server; the same folder and port again find the same data */
  dir: string;
  port?: number;
  serverId?: number;
  /** options that both engines know */
  args?: readonly string[];
  /** writes what a replica reads; else it writes no binary log */
  isReplicated?: boolean;
}

/** Whether the tests run on MySQL: `npm run test:mysql`. */
export const isMysql = process.env.TEST_ENGINE === 'mysql';

/** Another database server of the engine that the tests run on. */
export function startDatabaseServer(options: DatabaseServerOptions): Promise<DatabaseServer> {
  const { args = [], isReplicated = false, ...rest } = options;
  if (!isMysql)
    return startMariadb({ ...rest, fast: true, extraArgs: [...(isReplicated ? MARIADB_LOG : []), ...args] });
  const root = process.env.TEST_MYSQL_ROOT!;
  return startMysql({ ...rest, root, extraArgs: [...(isReplicated ? MYSQL_LOG : ['--skip-log-bin']), ...args] });
}

/** What a commit writes outlives the process, if not a power cut. */
const SURVIVES_SIGKILL = '--innodb-flush-log-at-trx-commit=2';
const MARIADB_LOG = ['--log-bin=binlog', '--binlog-format=ROW', SURVIVES_SIGKILL];
const MYSQL_LOG = ['--log-bin=binlog', '--gtid-mode=ON', '--enforce-gtid-consistency=ON', SURVIVES_SIGKILL];
