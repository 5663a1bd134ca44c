import type { PoolableConnection, Slot, TenantShare } from './tenant-share.js';

export interface ServerConnectionsLimits {
  poolMax: number;
  poolIdleMs: number;
  statementTimeoutMs: number;
}

/** The server ends a statement that takes too long; when it has not done so after this, it is not heard any more. */
const STATEMENT_GRACE_MS = 2_000;
/** A connection that was told to end and did not is destroyed after this. */
const ENDING_MAX_MS = 1_000;

/**
 * The connections of this process to one database server, from their opening to their end: which are idle, which in use,
 * how many there may be. A place is free when its connection has ended, not when it was told to.
 */
export class ServerConnections<C extends PoolableConnection> {
  /** those that are being opened and those that were told to end included */
  open = 0;
  opens = 0;
  evictions = 0;
  /** least recently used first */
  private readonly idle = new Set<Slot<C>>();
  /** in use, the longest first */
  private readonly busy = new Set<Slot<C>>();
  /** connections that were told to end */
  private ending = 0;
  private heardAtMs = 0;

  /** @param freed is told when a place has become free without anybody's doing */
  constructor(
    private readonly limits: ServerConnectionsLimits,
    public budget: number,
    private readonly freed: () => void,
  ) {}

  get idleCount(): number {
    return this.idle.size;
  }

  /** Whether no further connection may be opened. */
  get isFull(): boolean {
    return this.open >= this.budget;
  }

  /** Whether none may be opened even when those have ended that were told to. */
  get staysFull(): boolean {
    return this.open - this.ending >= this.budget;
  }

  /** Since when the share's longest piece of work goes on (`performance.now()`); undefined: none does. */
  busySinceMs(share: TenantShare<C>): number | undefined {
    for (const slot of this.busy) if (slot.share === share) return slot.sinceMs;
    return undefined;
  }

  async openFor(share: TenantShare<C>): Promise<Slot<C>> {
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

  /** The share's most recently used idle connection that is still open. */
  takeIdle(share: TenantShare<C>): Slot<C> | undefined {
    for (let slot = share.idle.pop(); slot; slot = share.idle.pop()) {
      if (slot.connection.isOpen?.() !== false) return slot;
      this.destroy(slot);
    }
    return undefined;
  }

  use(slot: Slot<C>): void {
    this.idle.delete(slot);
    this.busy.add(slot);
    slot.state = 'in use';
    slot.sinceMs = performance.now();
  }

  putBack(slot: Slot<C>): void {
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

  /** Ends a connection that nobody has a statement under way on, and frees its place. */
  destroy(slot: Slot<C>): void {
    if (slot.state === 'gone') return;
    this.forget(slot);
    slot.connection.destroy();
  }

  endIdleOf(share: TenantShare<C>): void {
    for (const slot of share.idle.splice(0)) this.endIdle(slot);
  }

  /**
   * Ends the connection that has been idle longest, unless as many are ending as are wanted.
   * @returns whether a place is free now; when not, one may be soon
   */
  makeRoom(wanted: number): boolean {
    const oldest = this.idle.values().next().value;
    if (!oldest || this.ending >= wanted) return false;
    oldest.share.evicted += 1;
    this.evictions += 1;
    this.endIdle(oldest);
    return !this.isFull;
  }

  closeBeyondBudget(): void {
    let beyond = this.open - this.ending - this.budget;
    for (const slot of this.idle) {
      if (beyond <= 0) break;
      this.endIdle(slot);
      beyond -= 1;
    }
  }

  closeUnused(): void {
    const before = performance.now() - this.limits.poolIdleMs;
    for (const slot of this.idle) {
      if (slot.sinceMs > before) break;
      this.endIdle(slot);
    }
  }

  /**
   * Breaks off statements that the server should have ended by itself.
   * @returns how long somebody has waited for an answer while nothing at all was heard from the server
   */
  breakOffLate(): number {
    const now = performance.now();
    const maxMs = this.limits.statementTimeoutMs + STATEMENT_GRACE_MS;
    let oldestMs = now;
    let heardAtMs = this.heardAtMs;
    for (const slot of [...this.busy]) {
      const { sentAtMs = 0, heardAtMs: answeredMs = 0 } = slot.connection;
      heardAtMs = Math.max(heardAtMs, answeredMs);
      if (sentAtMs === 0) continue;
      oldestMs = Math.min(oldestMs, sentAtMs);
      if (now - sentAtMs > maxMs) this.breakOff(slot, `no answer within ${maxMs} ms`);
    }
    return now - Math.max(oldestMs, heardAtMs);
  }

  breakOffAll(why: string): void {
    for (const slot of [...this.idle, ...this.busy]) this.breakOff(slot, why);
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
      this.freed();
    };
    setTimeout(insist, ENDING_MAX_MS).unref();
  }

  /** A connection ended: its place is free, and the driver tells whoever has a statement under way on it. */
  private ended(slot: Slot<C>): void {
    if (slot.state === 'gone') return;
    this.forget(slot);
    this.freed();
  }

  private breakOff(slot: Slot<C>, why: string): void {
    this.forget(slot);
    const error = Object.assign(new Error(why), { code: 'ETIMEDOUT' });
    if (slot.connection.breakOff) slot.connection.breakOff(error);
    else slot.connection.destroy();
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
}
