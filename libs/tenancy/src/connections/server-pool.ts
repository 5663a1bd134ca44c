import { DomainError, isUnreachable } from '@finvera/common';
import type { CircuitBreaker } from './circuit-breaker.js';
import { databaseUnavailable, dataSourceClosed } from './database-failure.js';
import { RecentTenants } from './recent-tenants.js';
import { ServerConnections } from './server-connections.js';
import { type ProbeOutcome, ServerHealth } from './server-health.js';
import {
  type Checkout,
  type PoolableConnection,
  type ServerPoolObserver,
  type SharePool,
  type Slot,
  TenantShare,
  type Waiter,
} from './tenant-share.js';
import { WaitingLine } from './waiting-line.js';
import { abandoned } from '../presence/track-waits.js';

export interface ServerPoolLimits {
  poolMax: number;
  poolAcquireMs: number;
  poolIdleMs: number;
  poolQueueMax: number;
  serverConnectionBudget: number;
  statementTimeoutMs: number;
}

const SWEEP_MS = 1_000;
/** Somebody who comes while all of a tenant's connections are in use for so long, or so many wait for each, may wait long. */
const CROWD_MS = 20;
const CROWD_PER_CONNECTION = 3;

/**
 * All connections of this process to one database server. Opens none before it is asked for, keeps the sum below a
 * budget, and hands free places out to waiting tenants in turn, so that a loud tenant cannot starve the others.
 * When the budget is spent, the connection that has been idle longest makes room.
 */
export class ServerPool<C extends PoolableConnection> implements SharePool<C> {
  private readonly shares = new Set<TenantShare<C>>();
  private readonly connections: ServerConnections<C>;
  private readonly line: WaitingLine<C>;
  private readonly health: ServerHealth;
  private readonly sweeper: NodeJS.Timeout;
  private nextTurn?: NodeJS.Immediate;
  private dispatching = false;

  constructor(
    private readonly limits: ServerPoolLimits,
    private readonly observer: ServerPoolObserver = {},
    breaker?: CircuitBreaker,
    private readonly recent = new RecentTenants(),
  ) {
    this.connections = new ServerConnections(limits, limits.serverConnectionBudget, () => this.dispatch());
    this.line = new WaitingLine(limits, observer);
    this.health = new ServerHealth(
      {
        probe: () => this.probe(),
        isUsed: () => this.shares.size > 0,
        wentDown: (silent) => this.wentDown(silent),
        cameBack: () => this.dispatch(),
      },
      breaker,
    );
    const every = Math.min(SWEEP_MS, limits.poolIdleMs, limits.statementTimeoutMs);
    this.sweeper = setInterval(() => this.sweep(), every).unref();
  }

  share(connect: () => Promise<C>): TenantShare<C> {
    const share = new TenantShare(this, connect);
    this.shares.add(share);
    return share;
  }

  /** Open connections that are allowed from now on; idle ones beyond them end now, those in use when they come back. */
  setBudget(budget: number): void {
    const grew = budget > this.connections.budget;
    this.connections.budget = budget;
    if (grew) this.dispatch();
    else this.connections.closeBeyondBudget();
  }

  acquire(share: TenantShare<C>): Promise<Checkout<C>> {
    if (share.closed) return Promise.reject(dataSourceClosed());
    this.recent.note(share);
    const ready = share.waiting.length === 0 && !this.isOwed() ? this.connections.takeIdle(share) : undefined;
    if (ready) {
      ready.connection.waitedMs = 0;
      share.waits.recordNone();
      this.line.waits.recordNone();
      return Promise.resolve(this.checkOut(ready));
    }
    if (this.health.isDown) {
      this.observer.waitEnded?.(0, 'unavailable');
      return Promise.reject(this.unavailable());
    }
    const wait = () => this.line.join(share, () => this.joined(share));
    return this.observer.phase ? this.observer.phase('wait for a connection', wait) : wait();
  }

  /** Who comes behind others of the same tenant moves up with them. */
  private joined(share: TenantShare<C>): void {
    if (share.waiting.length === 1) this.dispatch();
    else this.moveUp();
  }

  /** Whether a tenant waits for a place at this server and none is on its way: what is idle makes room, in its turn. */
  private isOwed(): boolean {
    return this.connections.staysFull && this.line.wanted(this.limits.poolMax) > 0;
  }

  closeShare(share: TenantShare<C>): void {
    share.closed = true;
    this.shares.delete(share);
    this.line.refuseTenant(share, databaseUnavailable(1), 'unavailable');
    this.connections.endIdleOf(share);
    this.dispatch();
  }

  abandonWaits(share: TenantShare<C>): void {
    this.line.refuseTenant(share, abandoned(), 'abandoned');
  }

  isCrowded(share: TenantShare<C>): boolean {
    if (share.idle.length > 0) return false;
    if (this.connections.isFull && this.connections.idleCount === 0) return true;
    if (share.open < this.limits.poolMax) return false;
    if (share.waiting.length >= CROWD_PER_CONNECTION * this.limits.poolMax) return true;
    const sinceMs = this.connections.busySinceMs(share);
    return sinceMs === undefined || performance.now() - sinceMs > CROWD_MS; // undefined: all are being opened
  }

  /** Connections that are in use or could be used at once. */
  get demand(): number {
    return this.connections.open - this.connections.idleCount + this.line.wanted(this.limits.poolMax);
  }

  get openConnections(): number {
    return this.connections.open;
  }

  stats() {
    const { open, idleCount, budget, opens, evictions } = this.connections;
    return {
      open,
      idle: idleCount,
      waiting: this.line.waiting,
      budget,
      opens,
      evictions,
      wait_p50_ms: this.line.waits.percentile(0.5),
      wait_p99_ms: this.line.waits.percentile(0.99),
      circuit: this.health.isDown ? ('open' as const) : ('closed' as const),
    };
  }

  close(): void {
    clearInterval(this.sweeper);
    this.health.close();
    for (const share of [...this.shares]) this.closeShare(share);
  }

  /** Serves waiting tenants in turn until nothing more can be served. */
  private dispatch(): void {
    while (this.serveRound());
  }

  /** Serves each waiting tenant once. @returns whether a further round may serve more */
  private serveRound(): boolean {
    if (this.dispatching) return false; // what is served now may free something: the loop outside sees it
    this.dispatching = true;
    let hasServed = false;
    for (let left = this.line.tenants; left > 0 && this.line.next; left -= 1) {
      const share = this.line.next;
      const outcome = this.serve(share);
      if (outcome === 'server full') break; // and stays the next
      this.line.turnEnds(share);
      if (outcome === 'served') hasServed = true;
    }
    this.dispatching = false;
    return hasServed && this.line.tenants > 0;
  }

  /**
   * The line moves up because a connection came back. When several tenants are at work it moves one request of each in
   * a turn of the event loop: else all that a loud tenant has ready goes on within one turn, and the answers of the
   * others stand behind it.
   */
  private moveUp(): void {
    if (this.line.tenants === 0) return;
    if (!this.recent.areSeveral) this.dispatch();
    else
      this.nextTurn ??= setImmediate(() => {
        this.nextTurn = undefined;
        if (this.serveRound()) this.moveUp();
      });
  }

  private serve(share: TenantShare<C>): 'served' | 'tenant full' | 'server full' {
    const slot = this.connections.takeIdle(share);
    if (slot) {
      this.line.serve(slot, () => this.checkOut(slot));
      return 'served';
    }
    if (share.open >= this.limits.poolMax) return 'tenant full';
    if (this.connections.isFull && !this.connections.makeRoom(this.line.wanted(this.limits.poolMax)))
      return 'server full';
    void this.openFor(share, this.line.promise(share));
    return 'served';
  }

  private async openFor(share: TenantShare<C>, waiter: Waiter<C>): Promise<void> {
    try {
      const slot = await this.connections.openFor(share);
      this.health.reached();
      if (share.closed) this.line.refuse(waiter, databaseUnavailable(1), 'unavailable');
      if (waiter.settled) this.connections.putBack(slot);
      else this.line.serve(slot, () => this.checkOut(slot), waiter);
    } catch (error) {
      const unreachable = isUnreachable(error);
      if (unreachable) this.health.failed();
      else if (!(error instanceof DomainError)) this.health.reached(); // it answered, if only to refuse
      this.line.refuse(waiter, unreachable ? this.unavailable(error) : databaseUnavailable(1, error), 'unavailable');
    }
    this.dispatch();
  }

  private async probe(): Promise<ProbeOutcome> {
    const [share] = this.shares;
    if (!share) return 'unknown';
    try {
      this.connections.putBack(await this.connections.openFor(share));
      return 'alive';
    } catch (error) {
      if (error instanceof DomainError) return 'unknown'; // nobody can say how to sign in now
      return isUnreachable(error) ? 'dead' : 'alive';
    }
  }

  private checkOut(slot: Slot<C>): Checkout<C> {
    this.connections.use(slot);
    let released = false;
    return {
      connection: slot.connection,
      release: (broken = false) => {
        if (released) return;
        released = true;
        if (broken) this.connections.destroy(slot);
        else this.connections.putBack(slot);
        this.moveUp();
      },
    };
  }

  /** The server is down: nobody waits for it any more. When it is silent as well, its connections are worth nothing. */
  private wentDown(silent: boolean): void {
    if (silent) this.connections.breakOffAll('the database server does not answer');
    this.line.refuseAll(this.unavailable());
  }

  private sweep(): void {
    this.connections.closeUnused();
    this.health.listen(this.connections.breakOffLate());
    this.dispatch();
  }

  private unavailable(cause?: unknown): DomainError {
    return databaseUnavailable(this.health.retryAfterSeconds, cause);
  }
}
