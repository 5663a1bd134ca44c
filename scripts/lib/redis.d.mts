export interface RedisServer {
  url: string;
  port: number;
  pid: number;
  stop(): Promise<void>;
  /** ends it with SIGKILL */
  kill(): void;
}

export function startRedis(options: { dir: string; port?: number; fast?: boolean }): Promise<RedisServer>;
