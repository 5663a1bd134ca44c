import { unavailable } from '@finvera/common';
import type { Presence } from '../presence/presence.js';
import { abandoned } from '../presence/track-waits.js';

interface Waiter {
  wake(): void;
}

/** Who waits for a place in the cache because all tenants in it are leased; the first to come is woken first. */
export class PlaceQueue {
  private readonly waiters = new Set<Waiter>();

  /** @param max how many may wait */
  constructor(private readonly max: number) {}

  get waiting(): number {
    return this.waiters.size;
  }

  /** A place may be free now. */
  wakeOne(): void {
    const next = this.waiters.values().next().value;
    if (next) next.wake();
  }

  /**
   * Ends when a place may be free.
   * @throws DomainError 503 `tenant_pool_exhausted` after the deadline (`performance.now()`), or when too many wait already
   */
  wait(deadlineMs: number, presence: Presence): Promise<void> {
    const exhausted = unavailable(
      'tenant_pool_exhausted',
      'All places for companies are in use at the moment; try again shortly.',
      1,
    );
    const remainingMs = deadlineMs - performance.now();
    if (this.waiters.size >= this.max || remainingMs <= 0) return Promise.reject(exhausted);
    return new Promise((resolve, reject) => {
      const end = (how: () => void) => {
        clearTimeout(timer);
        unlisten();
        this.waiters.delete(waiter);
        how();
      };
      const waiter: Waiter = { wake: () => end(resolve) };
      const timer = setTimeout(() => end(() => reject(exhausted)), remainingMs).unref();
      this.waiters.add(waiter);
      const unlisten = presence.onLeave(() => end(() => reject(abandoned())));
    });
  }
}
