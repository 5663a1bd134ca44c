import { RedisConnections } from '@finvera/common';
import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';

const CHANNEL = 'tenant-changed';

/** Announces to all processes that a tenant changed. Redis may lose an announcement; caches also age. */
@Injectable()
export class TenantChangeBus implements OnModuleInit {
  private readonly listeners = new Set<(tenantId: string) => void>();
  private readonly logger = new Logger(TenantChangeBus.name);

  constructor(private readonly redis: RedisConnections) {}

  onModuleInit(): void {
    const subscription = this.redis.connect({ maxRetriesPerRequest: null });
    subscription.on('message', (_channel, tenantId: string) => this.tellListeners(tenantId));
    // ioredis subscribes again by itself after each reconnection
    subscription
      .subscribe(this.redis.named(CHANNEL))
      .catch((error: Error) => this.logger.warn({ msg: 'not subscribed', err: error }));
  }

  subscribe(listener: (tenantId: string) => void): void {
    this.listeners.add(listener);
  }

  /** Call after the change is committed. Never fails: this process knows at once, others at the latest when caches age. */
  async publish(tenantId: string): Promise<void> {
    this.tellListeners(tenantId);
    try {
      await this.redis.commands.publish(this.redis.named(CHANNEL), tenantId);
    } catch (error) {
      this.logger.warn({ msg: 'change not announced to other processes', tenant_id: tenantId, err: error });
    }
  }

  /** As `publish`, in one message to Redis for all of them. */
  async publishMany(tenantIds: readonly string[]): Promise<void> {
    if (tenantIds.length === 0) return;
    for (const tenantId of tenantIds) this.tellListeners(tenantId);
    try {
      const messages = this.redis.commands.pipeline();
      for (const tenantId of tenantIds) messages.publish(this.redis.named(CHANNEL), tenantId);
      await messages.exec();
    } catch (error) {
      this.logger.warn({ msg: 'changes not announced to other processes', tenants: tenantIds.length, err: error });
    }
  }

  private tellListeners(tenantId: string): void {
    for (const listener of this.listeners) listener(tenantId);
  }
}
