import { ServerPool, type ServerPoolLimits } from './server-pool.js';
import type { PoolableConnection } from './tenant-share.js';

/** A connection without a server, for tests of who gets which connection when. It ends a little after it is told to. */
export class FakeConnection implements PoolableConnection {
  state: 'open' | 'ending' | 'ended' = 'open';
  sentAtMs = 0;
  private readonly listeners: (() => void)[] = [];

  on(_event: string, listener: () => void): void {
    this.listeners.push(listener);
  }

  end(): void {
    this.state = 'ending';
    setImmediate(() => this.breakDown());
  }

  destroy(): void {
    this.state = 'ended';
  }

  breakOff(): void {
    this.state = 'ended';
  }

  isOpen(): boolean {
    return this.state === 'open';
  }

  breakDown(): void {
    if (this.state === 'ended') return;
    this.state = 'ended';
    for (const listener of this.listeners) listener();
  }
}

export const FAKE_LIMITS: ServerPoolLimits = {
  poolMax: 2,
  poolAcquireMs: 200,
  poolIdleMs: 60_000,
  poolQueueMax: 3,
  serverConnectionBudget: 3,
  statementTimeoutMs: 60_000,
};

/** @param server what opening a connection does; undefined: it works */
export function givenFakePool(limits: Partial<ServerPoolLimits> = {}, server: () => Promise<void> = async () => {}) {
  const opened: FakeConnection[] = [];
  const pool = new ServerPool<FakeConnection>({ ...FAKE_LIMITS, ...limits });
  const share = () =>
    pool.share(async () => {
      await server();
      const connection = new FakeConnection();
      opened.push(connection);
      return connection;
    });
  return { pool, share, opened };
}
