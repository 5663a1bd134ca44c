import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes, type RateLimiterAbstract } from 'rate-limiter-flexible';
import { DomainError } from '../errors/domain-error.js';
import type { RedisConnections } from '../redis/redis.module.js';

export interface AttemptLimits {
  /** so many within the window */
  points: number;
  windowSeconds: number;
}

/** Counts attempts over all processes in Redis; while Redis is away each process counts for itself. */
export function attemptLimiter(
  redis: RedisConnections,
  keyPrefix: string,
  { points, windowSeconds }: AttemptLimits,
): RateLimiterAbstract {
  const limits = { keyPrefix: redis.named(keyPrefix), points, duration: windowSeconds };
  return new RateLimiterRedis({
    ...limits,
    storeClient: redis.commands,
    rejectIfRedisNotReady: true,
    insuranceLimiter: new RateLimiterMemory(limits),
  });
}

/** 429 with `Retry-After`. @param what begins the sentence: "Too many failed sign-ins" */
export function tooMany(
  code: string,
  what: string,
  { msBeforeNext }: Pick<RateLimiterRes, 'msBeforeNext'>,
): DomainError {
  const seconds = Math.max(1, Math.ceil(msBeforeNext / 1000));
  return new DomainError(code, 429, `${what}; try again in ${seconds} seconds.`, { retryAfterSeconds: seconds });
}

/** Takes one attempt. @returns undefined, or how long the next one must wait */
export async function takeAttempt(limiter: RateLimiterAbstract, key: string): Promise<RateLimiterRes | undefined> {
  try {
    await limiter.consume(key);
    return undefined;
  } catch (rejection) {
    if (rejection instanceof RateLimiterRes) return rejection;
    throw rejection;
  }
}
