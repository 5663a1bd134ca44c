import type { WaitOutcome } from '../observation/tenancy-observer.js';
import { WaitHistogram } from '../observation/wait-histogram.js';

/** A connection as the pool sees it. */
export interface PoolableConnection {
  /** Ends it at once; only when no statement is under way, whose callback would never be called. */
  destroy(): void;
  end(): void;
  /** Ends it at once, failing the statement under way with this error. */
  breakOff?(error: Error): void;
  /** Whether its socket is open; the driver does not always announce that it was closed. */
  isOpen?(): boolean;
  /** How long whoever holds it now waited for it, in milliseconds. */
  waitedMs?: number;
  /** When the statement under way was sent (`performance.now()`); 0: none is. */
  sentAtMs?: number;
  /** When a statement was answered last. */
  heardAtMs?: number;
  on(event: 'error' | 'end', listener: () => void): unknown;
}

export interface Slot<C extends PoolableConnection> {
  connection: C;
  share: TenantShare<C>;
  state: 'idle' | 'in use' | 'ending' | 'gone';
  /** since when it is in this state */
  sinceMs: number;
}

export interface Waiter<C extends PoolableConnection> {
  sinceMs: number;
  share: TenantShare<C>;
  timer?: NodeJS.Timeout;
  /** ends the listening to whoever asked */
  unlisten?: () => void;
  settled: boolean;
  resolve(connection: Checkout<C>): void;
  reject(error: unknown): void;
}

/** A connection in somebody's hands; give it back exactly once. */
export interface Checkout<C> {
  connection: C;
  /** @param broken the connection is in an unknown state and must not be used again */
  release(broken?: boolean): void;
}

export interface ShareStats {
  open: number;
  idle: number;
  waiting: number;
}

/** What a tenant has met since it is cached. */
export interface ShareHistory {
  connections_opened: number;
  /** Idle connections that were closed early, to make room for other tenants. */
  connections_evicted: number;
  /** Of the last one to two thousand times a connection was asked for; null when there was none. */
  wait_p50_ms: number | null;
  wait_p99_ms: number | null;
}

/** What a share asks of the pool of its server. */
export interface SharePool<C extends PoolableConnection> {
  acquire(share: TenantShare<C>): Promise<Checkout<C>>;
  closeShare(share: TenantShare<C>): void;
  abandonWaits(share: TenantShare<C>): void;
  isCrowded(share: TenantShare<C>): boolean;
}

/**
 * One tenant's part in a server's connections. A connection belongs to one share, and so to one database, for life.
 */
export class TenantShare<C extends PoolableConnection> {
  /** open, connecting and in use together */
  open = 0;
  closed = false;
  opened = 0;
  evicted = 0;
  readonly waits = new WaitHistogram();
  readonly idle: Slot<C>[] = [];
  readonly waiting: Waiter<C>[] = [];

  constructor(
    private readonly pool: SharePool<C>,
    readonly connect: () => Promise<C>,
  ) {}

  acquire(): Promise<Checkout<C>> {
    return this.pool.acquire(this);
  }

  /** Idle connections end now, those in use when they come back; whoever waits is refused. */
  close(): void {
    this.pool.closeShare(this);
  }

  /** Nobody is there any more for whom somebody waits. */
  abandonWaits(): void {
    this.pool.abandonWaits(this);
  }

  /** Whether somebody who comes now may have to wait for long. */
  get isCrowded(): boolean {
    return this.pool.isCrowded(this);
  }

  stats(): ShareStats {
    return { open: this.open, idle: this.idle.length, waiting: this.waiting.length };
  }

  history(): ShareHistory {
    return {
      connections_opened: this.opened,
      connections_evicted: this.evicted,
      wait_p50_ms: this.waits.percentile(0.5),
      wait_p99_ms: this.waits.percentile(0.99),
    };
  }
}

/** Whom a server's pool tells of waits. */
export interface ServerPoolObserver {
  phase?<T>(phase: 'wait for a connection', work: () => Promise<T>): Promise<T>;
  waitEnded?(waitedMs: number, outcome: WaitOutcome): void;
}
