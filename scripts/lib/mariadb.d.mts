import type { ChildProcess } from 'node:child_process';

export interface MariadbOptions {
  /** holds everything of the server; made when missing */
  dir: string;
  /** default: the port of the last time in this folder, or a free one */
  port?: number;
  extraArgs?: readonly string[];
  /** for tests: no binary log, no waiting for the disk */
  fast?: boolean;
  /** also the GTID domain; default 1 */
  serverId?: number;
}

export interface MariadbServer {
  host: string;
  port: number;
  user: string;
  password: string;
  pid: number;
  /** root without a password */
  socket: string;
  log: string;
  child: ChildProcess;
  /** ends it cleanly */
  stop(): Promise<void>;
  /** SIGKILL; comes back when it is gone, so that the same folder and port can be started again */
  kill(): Promise<void>;
  hasEnded(): boolean;
}

/** Starts a private MariaDB on 127.0.0.1; the same `dir` (and `port`) again find the same data. */
export function startMariadb(options: MariadbOptions): Promise<MariadbServer>;
/** Ends a MariaDB that an earlier process left running in this folder. */
export function endLeftMariadb(dir: string): Promise<void>;
