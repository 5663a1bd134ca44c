import { type DynamicModule, Logger, Module, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { Redis } from 'ioredis';

const RECONNECT_PAUSE_MAX_MS = 2_000;
const COMMAND_TIMEOUT_MS = 500;

/** Connections to Redis. What Redis carries may be lost: nobody's answer waits long for it. */
export class RedisConnections implements OnModuleInit, OnModuleDestroy {
  private readonly open: Redis[] = [];
  private readonly logger = new Logger('Redis');
  private shared?: Redis;

  /**
   * @param namespace begins every key and channel: installations that share a Redis do not meet
   */
  constructor(
    readonly url: string,
    private readonly namespace: string,
  ) {}

  /** The connection for ordinary commands; while Redis is away they fail after half a second at the latest. */
  get commands(): Redis {
    this.shared ??= this.connect({ commandTimeout: COMMAND_TIMEOUT_MS, maxRetriesPerRequest: 1 });
    return this.shared;
  }

  /** Whether it can be reached now, as far as is known. */
  get isReady(): boolean {
    return this.commands.status === 'ready';
  }

  /** A name that no other installation on the same Redis has. */
  named(name: string): string {
    return `${this.namespace}:${name}`;
  }

  onModuleInit(): void {
    void this.commands; // connects now, so that the first command does not wait for it
  }

  /** A connection of one's own, for subscriptions and blocking commands. */
  connect(options: { commandTimeout?: number; maxRetriesPerRequest?: number | null } = {}): Redis {
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
  static forRoot(url: string, namespace: string): DynamicModule {
    return {
      module: RedisModule,
      global: true,
      providers: [{ provide: RedisConnections, useFactory: () => new RedisConnections(url, namespace) }],
      exports: [RedisConnections],
    };
  }
}
