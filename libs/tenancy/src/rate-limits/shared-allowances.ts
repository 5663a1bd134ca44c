import type { RedisConnections } from '@finvera/common';
import { RateLimiterRedis } from 'rate-limiter-flexible';

/** A process takes a hundredth of a limit at a time; what it does not spend of it, the others cannot have. */
const CHUNKS_PER_WINDOW = 100;
/** Keys that a process remembers; the oldest goes first and loses what it had in hand, at most one chunk. */
const KEYS_MAX = 20_000;
/** After a failure Redis is left alone so long; then one request looks whether it is back. */
const REDIS_PAUSE_MS = 1_000;

/** What this process knows of one key in the current window. */
export class Allowance {
  /** taken from the count and not spent yet */
  inHand = 0;
  /** nobody has taken it yet, as far as was heard */
  untaken: number;
  /** taken by this process in this window; what counts while Redis is away */
  takenHere = 0;
  /** nothing more is to be had in this window */
  exhausted = false;
  windowEndsMs = 0;
  taking?: Promise<void>;

  constructor(
    readonly key: string,
    public limit: number,
  ) {
    this.untaken = limit;
  }

  /** Points that are left in this window, as far as this process knows. */
  get remaining(): number {
    return this.inHand + this.untaken;
  }

  /** Seconds until the window ends, rounded up. */
  secondsLeft(nowMs: number): number {
    return Math.max(1, Math.ceil((this.windowEndsMs - nowMs) / 1000));
  }
}

/**
 * Points per key and window, counted over all processes by Redis. A process takes them in chunks and spends them without
 * asking anybody: one round trip per hundredth of the limit. Together the processes never spend more than the limit;
 * each may hold one chunk that the others lack. While Redis is away each process counts for itself (n processes: at most
 * n times the limit), and a Redis that comes back empty begins to count anew.
 */
export class SharedAllowances {
  private readonly known = new Map<string, Allowance>();
  private readonly counter: RateLimiterRedis;
  private redisPausedUntilMs = 0;
  private redisFailed = false;

  /** @param windowSeconds the window begins with a key's first point */
  constructor(
    private readonly redis: RedisConnections,
    keyPrefix: string,
    private readonly windowSeconds: number,
  ) {
    this.counter = new RateLimiterRedis({
      storeClient: redis.commands,
      keyPrefix: redis.named(keyPrefix),
      points: Number.MAX_SAFE_INTEGER, // only counts; limits differ by key and may change within a window
      duration: windowSeconds,
      rejectIfRedisNotReady: true,
    });
  }

  /** Whether the count is shared with other processes now, as far as is known. */
  get isShared(): boolean {
    return this.redis.isReady && performance.now() >= this.redisPausedUntilMs;
  }

  get keys(): number {
    return this.known.size;
  }

  /** The key's allowance in the window that is running. @param limit points per window; another one than before counts at once */
  of(key: string, limit: number, nowMs: number): Allowance {
    let allowance = this.known.get(key);
    if (!allowance) {
      allowance = new Allowance(key, limit);
      this.known.set(key, allowance);
      if (this.known.size > KEYS_MAX) this.known.delete(this.known.keys().next().value!);
    }
    if (allowance.limit !== limit) this.changeLimit(allowance, limit);
    if (nowMs >= allowance.windowEndsMs && !allowance.taking) beginWindow(allowance);
    return allowance;
  }

  /** Takes the next chunk, once for all who wait. Afterwards the allowance has points in hand, or is exhausted. */
  refill(allowance: Allowance): Promise<void> {
    allowance.taking ??= this.takeChunk(allowance).finally(() => {
      allowance.taking = undefined;
    });
    return allowance.taking;
  }

  private async takeChunk(allowance: Allowance): Promise<void> {
    const chunk = Math.ceil(allowance.limit / CHUNKS_PER_WINDOW);
    const count = await this.countShared(allowance.key, chunk);
    const nowMs = performance.now();
    const takenBefore = count ? count.consumed - chunk : allowance.takenHere;
    const granted = Math.min(chunk, Math.max(0, allowance.limit - takenBefore));
    allowance.inHand += granted;
    allowance.takenHere += granted;
    allowance.untaken = Math.max(0, allowance.limit - takenBefore - chunk);
    allowance.exhausted = granted === 0;
    if (count) this.giveBack(allowance.key, chunk - granted);
    if (count) allowance.windowEndsMs = nowMs + Math.max(1, count.msBeforeNext);
    else if (allowance.windowEndsMs <= nowMs) allowance.windowEndsMs = nowMs + this.windowSeconds * 1000;
  }

  /** The shared count after taking; undefined while Redis is away. */
  private async countShared(
    key: string,
    points: number,
  ): Promise<{ consumed: number; msBeforeNext: number } | undefined> {
    if (!this.isShared) return undefined;
    if (this.redisFailed) this.pauseRedis(); // one looks whether it is back; the others go on without it
    try {
      const { consumedPoints, msBeforeNext } = await this.counter.consume(key, points);
      this.redisFailed = false;
      this.redisPausedUntilMs = 0;
      return { consumed: consumedPoints, msBeforeNext };
    } catch {
      this.redisFailed = true;
      this.pauseRedis();
      return undefined;
    }
  }

  private pauseRedis(): void {
    this.redisPausedUntilMs = performance.now() + REDIS_PAUSE_MS;
  }

  /** When that is lost with Redis, the others lack these points until the window ends. */
  private giveBack(key: string, points: number): void {
    if (points > 0) this.counter.reward(key, points).catch(() => undefined);
  }

  /** What was taken under the former limit and is not spent goes back. */
  private changeLimit(allowance: Allowance, limit: number): void {
    const { key, inHand } = allowance;
    if (this.isShared) this.giveBack(key, inHand);
    allowance.takenHere -= inHand;
    allowance.inHand = 0;
    allowance.untaken = limit;
    allowance.exhausted = false;
    allowance.limit = limit;
  }
}

function beginWindow(allowance: Allowance): void {
  allowance.inHand = 0;
  allowance.takenHere = 0;
  allowance.untaken = allowance.limit;
  allowance.exhausted = false;
}
