export interface MysqlServer {
  host: string;
  port: number;
  user: string;
  password: string;
  pid: number;
  /** ends it cleanly */
  stop(): Promise<void>;
  /** SIGKILL; comes back when it is gone, so that the same folder and port can be started again */
  kill(): Promise<void>;
}

export interface MysqlOptions {
  /** where it was unpacked */
  root: string;
  /** holds everything of the server; made when missing */
  dir: string;
  /** default: a free one */
  port?: number;
  /** default 1 */
  serverId?: number;
  extraArgs?: readonly string[];
}

/** A real MySQL (9.7 LTS) unpacked in the folder; comes back with its root. Needs Debian and, the first time, a network. */
export function unpackMysql(folder: string): Promise<string>;
/** Where it was unpacked; undefined when it was not. */
export function unpackedMysql(folder: string): string | undefined;
/** Starts the unpacked MySQL on 127.0.0.1 with a data directory of its own. */
export function startMysql(options: MysqlOptions): Promise<MysqlServer>;
