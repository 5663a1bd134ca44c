import { unavailable } from '@finvera/common';
import type { WaitOutcome } from '../observation/tenancy-observer.js';
import { WaitHistogram } from '../observation/wait-histogram.js';
import { abandoned, trackedPresence } from '../presence/track-waits.js';
import type { Checkout, PoolableConnection, ServerPoolObserver, Slot, TenantShare, Waiter } from './tenant-share.js';

export interface WaitingLineLimits {
  poolAcquireMs: number;
  poolQueueMax: number;
}

/** Who waits for a connection to one server. Tenants take turns; within a tenant the first to come is the first served. */
export class WaitingLine<C extends PoolableConnection> {
  readonly waits = new WaitHistogram();
  /** shares with somebody waiting; the first is next */
  private readonly turns = new Set<TenantShare<C>>();
  /** they were promised the connection that is being opened */
  private readonly promised = new Set<Waiter<C>>();

  constructor(
    private readonly limits: WaitingLineLimits,
    private readonly observer: ServerPoolObserver,
  ) {}

  /** Tenants with somebody waiting. */
  get tenants(): number {
    return this.turns.size;
  }

  get waiting(): number {
    let sum = 0;
    for (const share of this.turns) sum += share.waiting.length;
    return sum;
  }

  /** Connections that those who wait could use at once. */
  wanted(poolMax: number): number {
    let sum = 0;
    for (const share of this.turns) sum += Math.min(share.waiting.length, Math.max(0, poolMax - share.open));
    return sum;
  }

  get next(): TenantShare<C> | undefined {
    return this.turns.values().next().value;
  }

  /** This tenant had its turn. */
  turnEnds(share: TenantShare<C>): void {
    this.turns.delete(share);
    if (share.waiting.length > 0) this.turns.add(share);
  }

  /**
   * @param served looks whether somebody can be served now, the one who comes included
   * @throws DomainError 503 `tenant_pool_exhausted` after the deadline, or when too many wait already
   */
  join(share: TenantShare<C>, served: () => void): Promise<Checkout<C>> {
    const presence = trackedPresence();
    if (presence?.hasLeft) return Promise.reject(abandoned());
    if (share.waiting.length >= this.limits.poolQueueMax) {
      this.observer.waitEnded?.(0, 'refused');
      return Promise.reject(exhausted('Too many requests of this company are waiting for its database.'));
    }
    return new Promise((resolve, reject) => {
      const waiter: Waiter<C> = { sinceMs: performance.now(), share, settled: false, resolve, reject };
      share.waiting.push(waiter);
      this.turns.add(share);
      served();
      if (waiter.settled) return;
      const { poolAcquireMs } = this.limits;
      waiter.timer = setTimeout(() => {
        const sentence = `No connection to the database of this company became free within ${poolAcquireMs} ms.`;
        this.refuse(waiter, exhausted(sentence), 'refused');
      }, poolAcquireMs).unref();
      waiter.unlisten = presence?.onLeave(() => this.refuse(waiter, abandoned(), 'abandoned'));
    });
  }

  /** The first of this tenant who waits; a connection is being opened for them. */
  promise(share: TenantShare<C>): Waiter<C> {
    const waiter = share.waiting.shift()!;
    this.promised.add(waiter);
    return waiter;
  }

  /** Gives the connection to the waiter, or else to the first of its tenant. */
  serve(slot: Slot<C>, take: () => Checkout<C>, waiter: Waiter<C> = slot.share.waiting.shift()!): void {
    slot.connection.waitedMs = performance.now() - waiter.sinceMs;
    this.settle(waiter, 'served', () => waiter.resolve(take()));
  }

  refuse(waiter: Waiter<C>, error: unknown, outcome: WaitOutcome): void {
    const { share } = waiter;
    const at = share.waiting.indexOf(waiter);
    if (at >= 0) share.waiting.splice(at, 1);
    if (share.waiting.length === 0) this.turns.delete(share);
    this.settle(waiter, outcome, () => waiter.reject(error));
  }

  refuseTenant(share: TenantShare<C>, error: unknown, outcome: WaitOutcome): void {
    this.turns.delete(share);
    for (const waiter of share.waiting.splice(0)) this.settle(waiter, outcome, () => waiter.reject(error));
  }

  /** Those as well to whom a connection was promised that is still being opened. */
  refuseAll(error: unknown): void {
    for (const share of [...this.turns]) this.refuseTenant(share, error, 'unavailable');
    for (const waiter of [...this.promised]) this.refuse(waiter, error, 'unavailable');
  }

  private settle(waiter: Waiter<C>, outcome: WaitOutcome, how: () => void): void {
    if (waiter.settled) return;
    waiter.settled = true;
    this.promised.delete(waiter);
    clearTimeout(waiter.timer);
    waiter.unlisten?.();
    const waitedMs = performance.now() - waiter.sinceMs;
    waiter.share.waits.record(waitedMs);
    this.waits.record(waitedMs);
    this.observer.waitEnded?.(waitedMs, outcome);
    how();
  }
}

const exhausted = (message: string) => unavailable('tenant_pool_exhausted', message, 1);
