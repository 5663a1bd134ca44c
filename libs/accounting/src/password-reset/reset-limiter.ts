import { attemptLimiter, RedisConnections, takeAttempt, tooMany } from '@finvera/common';
import { Injectable } from '@nestjs/common';

const WINDOW_SECONDS = 3_600;
/** Mails that are asked for for one address of a user, whether it is one or not. */
const ACCOUNT_MAX = 5;
/** Mails that are asked for from one address of the network. */
const ADDRESS_MAX = 50;

/** Bounds how often mails against forgotten passwords are asked for, the same whether there is such a user. */
@Injectable()
export class ResetLimiter {
  private readonly accounts;
  private readonly addresses;

  constructor(redis: RedisConnections) {
    this.accounts = attemptLimiter(redis, 'reset:account', { points: ACCOUNT_MAX, windowSeconds: WINDOW_SECONDS });
    this.addresses = attemptLimiter(redis, 'reset:address', { points: ADDRESS_MAX, windowSeconds: WINDOW_SECONDS });
  }

  /** @throws DomainError 429 `too_many_reset_requests` with `Retry-After` */
  async take(account: string, address: string): Promise<void> {
    const waits = (await takeAttempt(this.addresses, address)) ?? (await takeAttempt(this.accounts, account));
    if (waits) throw tooMany('too_many_reset_requests', 'Too many mails were asked for', waits);
  }
}
