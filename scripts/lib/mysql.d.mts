export interface MysqlServer {
  host: string;
  port: number;
  user: string;
  password: string;
  pid: number;
  /** ends it cleanly */
  stop(): Promise<void>;
}

/** A real MySQL (9.7 LTS) unpacked in the folder; comes back with its root. Needs Debian and, the first time, a network. */
export function unpackMysql(folder: string): Promise<string>;
/** Where it was unpacked; undefined when it was not. */
export function unpackedMysql(folder: string): string | undefined;
/** Starts the unpacked MySQL on 127.0.0.1 with a data directory of its own. */
export function startMysql(options: { root: string; dir: string }): Promise<MysqlServer>;
