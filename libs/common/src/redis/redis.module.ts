import { type DynamicModule, Logger, Module, type OnModuleDestroy } from '@nestjs/common';
import { Redis } from 'ioredis';

const RECONNECT_PAUSE_MAX_MS = 2_000;

/** Connections to Redis. What Redis carries may be lost: nobody's answer waits long for it. */
export class RedisConnections implements OnModuleDestroy {
  private readonly open: Redis[] = [];
  private readonly logger = new Logger('Redis');
  private shared?: Redis;

  constructor(readonly url: string) {}

  /** The connection for ordinary commands; they fail at once while Redis is away. */
  get commands(): Redis {
    this.shared ??= this.connect({ enableOfflineQueue: false, commandTimeout: 1_000, maxRetriesPerRequest: 0 });
    return this.shared;
  }

  /** A connection of one's own, for subscriptions and blocking commands. */
  connect(
    options: { enableOfflineQueue?: boolean; commandTimeout?: number; maxRetriesPerRequest?: number | null } = {},
  ): Redis {
    const redis = new Redis(this.url, {
      ...options,
      retryStrategy: (attempt) => Math.min(attempt * 100, RECONNECT_PAUSE_MAX_MS),
    });
    let away = false;
    redis.on('error', (error: Error) => {
      if (!away) this.logger.warn({ msg: 'Redis cannot be reached; going on without it', err: error });
      away = true;
    });
    redis.on('ready', () => {
      if (away) this.logger.log({ msg: 'Redis is back' });
      away = false;
    });
    this.open.push(redis);
    return redis;
  }

  onModuleDestroy(): void {
    for (const redis of this.open) redis.disconnect();
  }
}

/** Gives every module the `RedisConnections`. Global, like configuration and logging. */
@Module({})
export class RedisModule {
  static forRoot(url: string): DynamicModule {
    return {
      module: RedisModule,
      global: true,
      providers: [{ provide: RedisConnections, useFactory: () => new RedisConnections(url) }],
      exports: [RedisConnections],
    };
  }
}
