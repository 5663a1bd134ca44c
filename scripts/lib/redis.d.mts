import type { ChildProcess } from 'node:child_process';

export interface RedisOptions {
  /** holds everything of the server; made when missing */
  dir: string;
  /** default: the port of the last time in this folder, or a free one */
  port?: number;
  extraArgs?: readonly string[];
  /** for tests: keeps nothing on disk */
  fast?: boolean;
}

export interface RedisServer {
  host: string;
  port: number;
  url: string;
  pid: number;
  log: string;
  child: ChildProcess;
  /** ends it cleanly */
  stop(): Promise<void>;
  /** SIGKILL; comes back when it is gone, so that the same folder and port can be started again */
  kill(): Promise<void>;
  hasEnded(): boolean;
}

/** Starts a private Redis on 127.0.0.1; the same `dir` (and `port`) again find the same data. */
export function startRedis(options: RedisOptions): Promise<RedisServer>;
/** Ends a Redis that an earlier process left running in this folder. */
export function endLeftRedis(dir: string): Promise<void>;
