export interface MariadbServer {
  host: string;
  port: number;
  user: string;
  password: string;
  pid: number;
  socket: string;
  /** ends it cleanly */
  stop(): Promise<void>;
  /** ends it with SIGKILL */
  kill(): void;
}

export function startMariadb(options: {
  dir: string;
  port?: number;
  extraArgs?: readonly string[];
  /** for tests: without binary log and without waiting for the disk */
  fast?: boolean;
  serverId?: number;
}): Promise<MariadbServer>;
