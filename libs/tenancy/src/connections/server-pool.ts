import { isUnreachable, unavailable } from '@finvera/common';
import type { TenancyObserver, WaitOutcome } from '../observation/tenancy-observer.js';
import { WaitHistogram } from '../observation/wait-histogram.js';
import { CircuitBreaker } from './circuit-breaker.js';
import { databaseUnavailable, dataSourceClosed } from './database-failure.js';

/** A connection as the pool sees it. */
export interface PoolableConnection {
  destroy(): void;
  end(): void;
  /** Whether its socket is open; the driver does not always announce that it was closed. */
  isOpen?(): boolean;
  /** How long whoever holds it now waited for it, in milliseconds. */
  waitedMs?: number;
  on(event: 'error' | 'end', listener: () => void): unknown;
}

export interface ServerPoolLimits {
  poolMax: number;
  poolAcquireMs: number;
  poolIdleMs: number;
  poolQueueMax: number;
  serverConnectionBudget: number;
}

interface Slot<C extends PoolableConnection> {
  connection: C;
  share: TenantShare<C>;
  state: 'idle' | 'in use' | 'gone';
  idleSinceMs: number;
}

interface Waiter<C extends PoolableConnection> {
  sinceMs: number;
  share: TenantShare<C>;
  timer?: NodeJS.Timeout;
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

/** Whom a server's pool tells of waits. */
export interface ServerPoolObserver {
  phase?: TenancyObserver['phase'];
  waitEnded?(waitedMs: number, outcome: WaitOutcome): void;
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
    private readonly pool: ServerPool<C>,
    readonly connect: () => Promise<C>,
  ) {}

  acquire(): Promise<Checkout<C>> {
    return this.pool.acquire(this);
  }

  /** Idle connections end now, those in use when they come back; whoever waits is refused. */
  close(): void {
    this.pool.closeShare(this);
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

/**
 * All connections of this process to one database server. Opens none before it is asked for, keeps the sum below a
 * budget, and hands free places out to waiting tenants in turn, so that a loud tenant cannot starve the others.
 * When the budget is spent, the connection that has been idle longest makes room.
 */
export class ServerPool<C extends PoolableConnection> {
  private open = 0;
  private opens = 0;
  private evictions = 0;
  private readonly waits = new WaitHistogram();
  /** least recently used first */
  private readonly idle = new Set<Slot<C>>();
  /** shares with somebody waiting; the first is next */
  private readonly turns = new Set<TenantShare<C>>();
  private readonly sweeper: NodeJS.Timeout;

  constructor(
    private readonly limits: ServerPoolLimits,
    private readonly breaker = new CircuitBreaker(),
    private readonly observer: ServerPoolObserver = {},
  ) {
    this.sweeper = setInterval(() => this.closeIdle(), Math.min(1_000, limits.poolIdleMs)).unref();
  }

  share(connect: () => Promise<C>): TenantShare<C> {
    return new TenantShare(this, connect);
  }

  acquire(share: TenantShare<C>): Promise<Checkout<C>> {
    if (share.closed) return Promise.reject(dataSourceClosed());
    const ready = share.waiting.length === 0 ? this.takeIdle(share) : undefined;
    if (ready) {
      ready.connection.waitedMs = 0;
      share.waits.recordNone();
      this.waits.recordNone();
      return Promise.resolve(this.checkOut(ready));
    }
    const { phase } = this.observer;
    return phase ? phase('wait for a connection', () => this.wait(share)) : this.wait(share);
  }

  private wait(share: TenantShare<C>): Promise<Checkout<C>> {
    if (this.breaker.isOpen) {
      this.observer.waitEnded?.(0, 'unavailable');
      return Promise.reject(databaseUnavailable(this.breaker.retryAfterSeconds));
    }
    if (share.waiting.length >= this.limits.poolQueueMax) {
      this.observer.waitEnded?.(0, 'refused');
      return Promise.reject(exhausted('Too many requests of this company are waiting for its database.'));
    }
    return new Promise((resolve, reject) => {
      const waiter: Waiter<C> = { sinceMs: performance.now(), share, settled: false, resolve, reject };
      share.waiting.push(waiter);
      this.turns.add(share);
      this.dispatch();
      if (!waiter.settled)
        waiter.timer = setTimeout(() => this.giveUp(share, waiter), this.limits.poolAcquireMs).unref();
    });
  }

  closeShare(share: TenantShare<C>): void {
    share.closed = true;
    this.turns.delete(share);
    for (const waiter of share.waiting.splice(0))
      this.settle(waiter, 'unavailable', () => waiter.reject(databaseUnavailable(1)));
    for (const slot of share.idle.splice(0)) this.discard(slot);
    this.dispatch();
  }

  stats() {
    const waiting = [...this.turns].reduce((sum, share) => sum + share.waiting.length, 0);
    return {
      open: this.open,
      idle: this.idle.size,
      waiting,
      budget: this.limits.serverConnectionBudget,
      opens: this.opens,
      evictions: this.evictions,
      wait_p50_ms: this.waits.percentile(0.5),
      wait_p99_ms: this.waits.percentile(0.99),
      circuit: this.breaker.isOpen ? ('open' as const) : ('closed' as const),
    };
  }

  close(): void {
    clearInterval(this.sweeper);
    for (const share of [...this.turns]) this.closeShare(share);
    for (const slot of [...this.idle]) this.discard(slot);
  }

  /** Serves waiting tenants in turn until nothing more can be served. */
  private dispatch(): void {
    let passedOver = 0;
    while (passedOver < this.turns.size) {
      const share = this.turns.values().next().value!;
      const outcome = this.serve(share);
      if (outcome === 'server full') return; // and stays the next
      this.turns.delete(share);
      if (share.waiting.length > 0) this.turns.add(share);
      passedOver = outcome === 'served' ? 0 : passedOver + 1;
    }
  }

  private serve(share: TenantShare<C>): 'served' | 'tenant full' | 'server full' {
    const slot = this.takeIdle(share);
    if (slot) {
      const waiter = share.waiting.shift()!;
      this.serveWith(slot, waiter, () => this.checkOut(slot));
      return 'served';
    }
    if (share.open >= this.limits.poolMax) return 'tenant full';
    if (this.open >= this.limits.serverConnectionBudget && !this.makeRoom()) return 'server full';
    if (!this.breaker.allows()) {
      const waiter = share.waiting.shift()!;
      this.settle(waiter, 'unavailable', () => waiter.reject(databaseUnavailable(this.breaker.retryAfterSeconds)));
      return 'served';
    }
    void this.openFor(share, share.waiting.shift()!);
    return 'served';
  }

  /** The share's most recently used idle connection that is still open. */
  private takeIdle(share: TenantShare<C>): Slot<C> | undefined {
    for (let slot = share.idle.pop(); slot; slot = share.idle.pop()) {
      if (slot.connection.isOpen?.() !== false) return slot;
      this.discard(slot);
    }
    return undefined;
  }

  private async openFor(share: TenantShare<C>, waiter: Waiter<C>): Promise<void> {
    share.open += 1;
    share.opened += 1;
    this.open += 1;
    this.opens += 1;
    try {
      const connection = await share.connect();
      this.breaker.succeeded();
      const slot: Slot<C> = { connection, share, state: 'in use', idleSinceMs: 0 };
      const gone = () => this.lost(slot);
      connection.on('error', gone);
      connection.on('end', gone);
      if (share.closed) this.settle(waiter, 'unavailable', () => waiter.reject(databaseUnavailable(1)));
      if (waiter.settled) this.putBack(slot);
      else this.serveWith(slot, waiter, () => this.handOut(slot));
    } catch (error) {
      share.open -= 1;
      this.open -= 1;
      const unreachable = isUnreachable(error);
      if (unreachable) this.breaker.failed();
      else this.breaker.succeeded(); // it answered, if only to refuse
      this.settle(waiter, 'unavailable', () =>
        waiter.reject(databaseUnavailable(unreachable ? this.breaker.retryAfterSeconds : 1, error)),
      );
      if (this.breaker.isOpen) this.refuseAllWaiting();
    }
    this.dispatch();
  }

  private checkOut(slot: Slot<C>): Checkout<C> {
    this.idle.delete(slot);
    slot.state = 'in use';
    return this.handOut(slot);
  }

  private handOut(slot: Slot<C>): Checkout<C> {
    let released = false;
    return {
      connection: slot.connection,
      release: (broken = false) => {
        if (released) return;
        released = true;
        if (broken) this.discard(slot);
        else this.putBack(slot);
        this.dispatch();
      },
    };
  }

  private putBack(slot: Slot<C>): void {
    if (slot.state === 'gone') return;
    if (slot.share.closed) {
      this.discard(slot);
      return;
    }
    slot.state = 'idle';
    slot.idleSinceMs = performance.now();
    slot.share.idle.push(slot);
    this.idle.add(slot);
  }

  /** A connection ended by itself: its place is free, and the driver tells whoever has a statement under way on it. */
  private lost(slot: Slot<C>): void {
    if (slot.state === 'gone') return;
    this.forget(slot);
    this.dispatch();
  }

  /** Ends a connection that nobody has a statement under way on, and frees its place. */
  private discard(slot: Slot<C>): void {
    if (slot.state === 'gone') return;
    const wasIdle = slot.state === 'idle';
    this.forget(slot);
    if (wasIdle) slot.connection.end();
    else slot.connection.destroy();
  }

  private forget(slot: Slot<C>): void {
    slot.state = 'gone';
    this.idle.delete(slot);
    const at = slot.share.idle.indexOf(slot);
    if (at >= 0) slot.share.idle.splice(at, 1);
    slot.share.open -= 1;
    this.open -= 1;
  }

  private makeRoom(): boolean {
    const oldest = this.idle.values().next().value;
    if (!oldest) return false;
    oldest.share.evicted += 1;
    this.evictions += 1;
    this.discard(oldest);
    return true;
  }

  private closeIdle(): void {
    const before = performance.now() - this.limits.poolIdleMs;
    for (const slot of this.idle) {
      if (slot.idleSinceMs > before) break;
      this.discard(slot);
    }
  }

  private giveUp(share: TenantShare<C>, waiter: Waiter<C>): void {
    const at = share.waiting.indexOf(waiter);
    if (at >= 0) share.waiting.splice(at, 1);
    if (share.waiting.length === 0) this.turns.delete(share);
    this.settle(waiter, 'refused', () =>
      waiter.reject(
        exhausted(`No connection to the database of this company became free within ${this.limits.poolAcquireMs} ms.`),
      ),
    );
  }

  private refuseAllWaiting(): void {
    for (const share of this.turns)
      for (const waiter of share.waiting.splice(0))
        this.settle(waiter, 'unavailable', () => waiter.reject(databaseUnavailable(this.breaker.retryAfterSeconds)));
    this.turns.clear();
  }

  private serveWith(slot: Slot<C>, waiter: Waiter<C>, take: () => Checkout<C>): void {
    slot.connection.waitedMs = performance.now() - waiter.sinceMs;
    this.settle(waiter, 'served', () => waiter.resolve(take()));
  }

  private settle(waiter: Waiter<C>, outcome: WaitOutcome, how: () => void): void {
    if (waiter.settled) return;
    waiter.settled = true;
    clearTimeout(waiter.timer);
    const waitedMs = performance.now() - waiter.sinceMs;
    waiter.share.waits.record(waitedMs);
    this.waits.record(waitedMs);
    this.observer.waitEnded?.(waitedMs, outcome);
    how();
  }
}

const exhausted = (message: string) => unavailable('tenant_pool_exhausted', message, 1);
