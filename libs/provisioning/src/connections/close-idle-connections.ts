import { RedisConnections } from '@finvera/common';
import { TenantPoolManager } from '@finvera/tenancy';
import { Injectable, Logger } from '@nestjs/common';

const CHANNEL = 'close-idle';

/**
 * Asks all processes to close companies that nobody has used for five minutes. Those that serve companies do so every
 * minute by themselves as well, whatever became of Redis.
 */
@Injectable()
export class CloseIdleConnections {
  private readonly logger = new Logger(CloseIdleConnections.name);

  constructor(
    private readonly redis: RedisConnections,
    private readonly pools: TenantPoolManager,
  ) {}

  /** From now on this process does what is asked. */
  listen(): void {
    const subscription = this.redis.connect({ maxRetriesPerRequest: null });
    subscription.on('message', () => this.pools.cleanupOldConnections());
    // ioredis subscribes again by itself after each reconnection
    subscription
      .subscribe(this.redis.named(CHANNEL))
      .catch((error: Error) => this.logger.warn({ msg: 'not subscribed', err: error }));
  }

  /** @returns how many processes heard it; none while Redis is away */
  async run(): Promise<{ processes_asked: number }> {
    try {
      return { processes_asked: await this.redis.commands.publish(this.redis.named(CHANNEL), '') };
    } catch {
      return { processes_asked: 0 }; // RedisConnections has logged it
    }
  }
}
