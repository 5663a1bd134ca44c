import { DomainError, isUnreachable } from '@finvera/common';
import type { CircuitBreaker } from './circuit-breaker.js';
import { databaseUnavailable, dataSourceClosed } from './database-failure.js';
import { RecentTenants } from './recent-tenants.js';
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
/** The server ends a statement that takes too long; when it has not done so after this, it is not heard any more. */
const STATEMENT_GRACE_MS = 2_000;
/** A connection that was told to end and did not is destroyed after this. */
const ENDING_MAX_MS = 1_000;
/** Somebody who comes while all of a tenant's connections are in use for so long, or so many wait for each, may wait long. */
const CROWD_MS = 20;
const CROWD_PER_CONNECTION = 3;

/**
 * All connections of this process to one database server. Opens none before it is asked for, keeps the sum below a
 * budget, and hands free places out to waiting tenants in turn, so that a loud tenant cannot starve the others.
 * When the budget is spent, the connection that has been idle longest makes room. A place is free when its connection
 * has ended, not when it was told to.
 */
export class ServerPool<C extends PoolableConnection> implements SharePool<C> {
  private open = 0;
  private opens = 0;
  private evictions = 0;
  private budget: number;
  /** least recently used first */
  private readonly idle = new Set<Slot<C>>();
  /** in use, the longest first */
  private readonly busy = new Set<Slot<C>>();
  private readonly shares = new Set<TenantShare<C>>();
  private readonly line: WaitingLine<C>;
  private readonly health: ServerHealth;
  private readonly sweeper: NodeJS.Timeout;
  private heardAtMs = 0;
  private nextTurn?: NodeJS.Immediate;
  private dispatching = false;
  /** connections that were told to end */
  private ending = 0;

  constructor(
    private readonly limits: ServerPoolLimits,
    private readonly observer: ServerPoolObserver = {},
    breaker?: CircuitBreaker,
    private readonly recent = new RecentTenants(),
  ) {
    this.budget = limits.serverConnectionBudget;
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
    const grew = budget > this.budget;
    this.budget = budget;
    if (grew) this.dispatch();
    else this.closeBeyondBudget();
  }

  acquire(share: TenantShare<C>): Promise<Checkout<C>> {
    if (share.closed) return Promise.reject(dataSourceClosed());
    this.recent.note(share);
    const ready = share.waiting.length === 0 && !this.isOwed() ? this.takeIdle(share) : undefined;
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
    return this.open - this.ending >= this.budget && this.line.wanted(this.limits.poolMax) > 0;
  }

  closeShare(share: TenantShare<C>): void {
    share.closed = true;
    this.shares.delete(share);
    this.line.refuseTenant(share, databaseUnavailable(1), 'unavailable');
    for (const slot of share.idle.splice(0)) this.endIdle(slot);
    this.dispatch();
  }

  abandonWaits(share: TenantShare<C>): void {
    this.line.refuseTenant(share, abandoned(), 'abandoned');
  }

  isCrowded(share: TenantShare<C>): boolean {
    if (share.idle.length > 0) return false;
    if (this.open >= this.budget && this.idle.size === 0) return true;
    if (share.open < this.limits.poolMax) return false;
    if (share.waiting.length >= CROWD_PER_CONNECTION * this.limits.poolMax) return true;
    for (const slot of this.busy) if (slot.share === share) return performance.now() - slot.sinceMs > CROWD_MS;
    return true; // all are being opened
  }

  /** Connections that are in use or could be used at once. */
  get demand(): number {
    return this.open - this.idle.size + this.line.wanted(this.limits.poolMax);
  }

  get openConnections(): number {
    return this.open;
  }

  stats() {
    return {
      open: this.open,
      idle: this.idle.size,
      waiting: this.line.waiting,
      budget: this.budget,
      opens: this.opens,
      evictions: this.evictions,
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
    const slot = this.takeIdle(share);
    if (slot) {
      this.line.serve(slot, () => this.checkOut(slot));
      return 'served';
    }
    if (share.open >= this.limits.poolMax) return 'tenant full';
    if (this.open >= this.budget && !this.makeRoom()) return 'server full';
    void this.openFor(share, this.line.promise(share));
    return 'served';
  }

  /** The share's most recently used idle connection that is still open. */
  private takeIdle(share: TenantShare<C>): Slot<C> | undefined {
    for (let slot = share.idle.pop(); slot; slot = share.idle.pop()) {
      if (slot.connection.isOpen?.() !== false) return slot;
      this.destroy(slot);
    }
    return undefined;
  }

  private async openFor(share: TenantShare<C>, waiter: Waiter<C>): Promise<void> {
    try {
      const slot = await this.openSlot(share);
      this.health.reached();
      if (share.closed) this.line.refuse(waiter, databaseUnavailable(1), 'unavailable');
      if (waiter.settled) this.putBack(slot);
      else this.line.serve(slot, () => this.checkOut(slot), waiter);
    } catch (error) {
      const unreachable = isUnreachable(error);
      if (unreachable) this.health.failed();
      else if (!(error instanceof DomainError)) this.health.reached(); // it answered, if only to refuse
      this.line.refuse(waiter, unreachable ? this.unavailable(error) : databaseUnavailable(1, error), 'unavailable');
    }
    this.dispatch();
  }

  private async openSlot(share: TenantShare<C>): Promise<Slot<C>> {
    share.open += 1;
    share.opened += 1;
    this.open += 1;
    this.opens += 1;
    let connection: C;
    try {
      connection = await share.connect();
    } catch (error) {
      share.open -= 1;
      this.open -= 1;
      throw error;
    }
    const slot: Slot<C> = { connection, share, state: 'in use', sinceMs: performance.now() };
    const ended = () => this.ended(slot);
    connection.on('error', ended);
    connection.on('end', ended);
    this.heardAtMs = slot.sinceMs;
    return slot;
  }

  private async probe(): Promise<ProbeOutcome> {
    const [share] = this.shares;
    if (!share) return 'unknown';
    try {
      this.putBack(await this.openSlot(share));
      return 'alive';
    } catch (error) {
      if (error instanceof DomainError) return 'unknown'; // nobody can say how to sign in now
      return isUnreachable(error) ? 'dead' : 'alive';
    }
  }

  private checkOut(slot: Slot<C>): Checkout<C> {
    this.idle.delete(slot);
    this.busy.add(slot);
    slot.state = 'in use';
    slot.sinceMs = performance.now();
    let released = false;
    return {
      connection: slot.connection,
      release: (broken = false) => {
        if (released) return;
        released = true;
        if (broken) this.destroy(slot);
        else this.putBack(slot);
        this.moveUp();
      },
    };
  }

  private putBack(slot: Slot<C>): void {
    if (slot.state === 'gone') return;
    this.busy.delete(slot);
    slot.state = 'idle';
    slot.sinceMs = performance.now();
    this.heardAtMs = Math.max(this.heardAtMs, slot.connection.heardAtMs ?? 0);
    if (slot.share.closed || this.open - this.ending > this.budget || slot.share.open > this.limits.poolMax) {
      this.endIdle(slot);
      return;
    }
    slot.share.idle.push(slot);
    this.idle.add(slot);
  }

  /** Its place is free when it has ended. */
  private endIdle(slot: Slot<C>): void {
    if (slot.state !== 'idle') return;
    slot.state = 'ending';
    this.ending += 1;
    this.leaveIdle(slot);
    slot.connection.end();
    const insist = () => {
      this.destroy(slot);
      this.dispatch();
    };
    setTimeout(insist, ENDING_MAX_MS).unref();
  }

  /** Ends a connection that nobody has a statement under way on, and frees its place. */
  private destroy(slot: Slot<C>): void {
    if (slot.state === 'gone') return;
    this.forget(slot);
    slot.connection.destroy();
  }

  /** A connection ended: its place is free, and the driver tells whoever has a statement under way on it. */
  private ended(slot: Slot<C>): void {
    if (slot.state === 'gone') return;
    this.forget(slot);
    this.dispatch();
  }

  private breakOff(slot: Slot<C>, why: string): void {
    this.forget(slot);
    const error = Object.assign(new Error(why), { code: 'ETIMEDOUT' });
    if (slot.connection.breakOff) slot.connection.breakOff(error);
    else slot.connection.destroy();
  }

  /** The server is down: nobody waits for it any more. When it is silent as well, its connections are worth nothing. */
  private wentDown(silent: boolean): void {
    if (silent)
      for (const slot of [...this.idle, ...this.busy]) this.breakOff(slot, 'the database server does not answer');
    this.line.refuseAll(this.unavailable());
  }

  private forget(slot: Slot<C>): void {
    if (slot.state === 'ending') this.ending -= 1;
    slot.state = 'gone';
    this.busy.delete(slot);
    this.leaveIdle(slot);
    slot.share.open -= 1;
    this.open -= 1;
  }

  private leaveIdle(slot: Slot<C>): void {
    this.idle.delete(slot);
    const at = slot.share.idle.indexOf(slot);
    if (at >= 0) slot.share.idle.splice(at, 1);
  }

  /** @returns whether a place is free now; when not, one may be soon */
  private makeRoom(): boolean {
    const oldest = this.idle.values().next().value;
    if (!oldest || this.ending >= this.line.wanted(this.limits.poolMax)) return false;
    oldest.share.evicted += 1;
    this.evictions += 1;
    this.endIdle(oldest);
    return this.open < this.budget;
  }

  private closeBeyondBudget(): void {
    let beyond = this.open - this.ending - this.budget;
    for (const slot of this.idle) {
      if (beyond <= 0) break;
      this.endIdle(slot);
      beyond -= 1;
    }
  }

  private sweep(): void {
    const now = performance.now();
    for (const slot of this.idle) {
      if (slot.sinceMs > now - this.limits.poolIdleMs) break;
      this.endIdle(slot);
    }
    let oldestMs = now;
    let heardAtMs = this.heardAtMs;
    for (const slot of [...this.busy]) {
      const { sentAtMs = 0, heardAtMs: answeredMs = 0 } = slot.connection;
      heardAtMs = Math.max(heardAtMs, answeredMs);
      if (sentAtMs === 0) continue;
      oldestMs = Math.min(oldestMs, sentAtMs);
      if (now - sentAtMs > this.limits.statementTimeoutMs + STATEMENT_GRACE_MS)
        this.breakOff(slot, `no answer within ${this.limits.statementTimeoutMs + STATEMENT_GRACE_MS} ms`);
    }
    this.health.listen(now - Math.max(oldestMs, heardAtMs));
    this.dispatch();
  }

  private unavailable(cause?: unknown): DomainError {
    return databaseUnavailable(this.health.retryAfterSeconds, cause);
  }
}
