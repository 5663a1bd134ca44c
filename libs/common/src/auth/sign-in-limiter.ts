import { type DynamicModule, Injectable, Module } from '@nestjs/common';
import type { RateLimiterAbstract } from 'rate-limiter-flexible';
import { RedisConnections } from '../redis/redis.module.js';
import { attemptLimiter, takeAttempt, tooMany } from './attempt-limit.js';

const WINDOW_SECONDS = 900;
/** Failed sign-ins of one account within the window. */
const ACCOUNT_FAILURES_MAX = 10;
/** Failed sign-ins from one address within the window. */
const ADDRESS_FAILURES_MAX = 100;

/**
 * Counts failed sign-ins per account and per address, shared over processes by Redis; while Redis is away each
 * process counts for itself.
 */
@Injectable()
export class SignInLimiter {
  private readonly accounts: RateLimiterAbstract;
  private readonly addresses: RateLimiterAbstract;

  constructor(redis: RedisConnections) {
    this.accounts = attemptLimiter(redis, 'sign-in:account', {
      points: ACCOUNT_FAILURES_MAX,
      windowSeconds: WINDOW_SECONDS,
    });
    this.addresses = attemptLimiter(redis, 'sign-in:address', {
      points: ADDRESS_FAILURES_MAX,
      windowSeconds: WINDOW_SECONDS,
    });
  }

  /** @throws DomainError 429 `too_many_failed_sign_ins` with `Retry-After` */
  async check(account: string, address: string): Promise<void> {
    const states = await Promise.all([this.accounts.get(account), this.addresses.get(address)]);
    const [accountState, addressState] = states;
    const blocked =
      (accountState && accountState.consumedPoints >= ACCOUNT_FAILURES_MAX && accountState) ||
      (addressState && addressState.consumedPoints >= ADDRESS_FAILURES_MAX && addressState);
    if (blocked) throw tooMany('too_many_failed_sign_ins', 'Too many failed sign-ins', blocked);
  }

  async failed(account: string, address: string): Promise<void> {
    // a rejection means that the limit is reached now; the next check says so
    await Promise.allSettled([this.accounts.consume(account), this.addresses.consume(address)]);
  }

  /**
   * Counts a try before it is judged, so that tries at one moment are bounded as well; `succeeded` takes it back, and
   * after a failure `failedFrom` counts it for the address too.
   * @throws DomainError 429 `too_many_failed_sign_ins` with `Retry-After`
   */
  async take(account: string, address: string): Promise<void> {
    await this.check(account, address);
    const waits = await takeAttempt(this.accounts, account);
    if (waits) throw tooMany('too_many_failed_sign_ins', 'Too many failed sign-ins', waits);
  }

  /** The try could not be judged. */
  async giveBack(account: string): Promise<void> {
    await Promise.allSettled([this.accounts.reward(account)]);
  }

  async failedFrom(address: string): Promise<void> {
    await Promise.allSettled([this.addresses.consume(address)]);
  }

  async succeeded(account: string): Promise<void> {
    await this.accounts.delete(account);
  }
}

/** Gives every module the `SignInLimiter`. Global, like configuration and logging. */
@Module({})
export class SignInLimiterModule {
  static forRoot(): DynamicModule {
    return { module: SignInLimiterModule, global: true, providers: [SignInLimiter], exports: [SignInLimiter] };
  }
}
