import { newUuid, RedisConnections } from '@finvera/common';
import { TenantPoolManager } from '@finvera/tenancy';
import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { hostname } from 'node:os';

const ANNOUNCE_EVERY_MS = 5_000;
/** A process that has not announced itself for so long is not listed any more. */
const FORGET_AFTER_MS = 15_000;
/** Clocks of two machines may differ by so much before one cleans up behind the other. */
const CLOCKS_MAY_DIFFER_MS = 60_000;
const LISTED_MAX = 200;

/** Totals of one process. */
export interface ProcessFigures {
  host: string;
  pid: number;
  service: string;
  started_at: string;
  cached_tenants: number;
  max_cached_tenants: number;
  leased: number;
  open: number;
  idle: number;
  waiting: number;
  opens: number;
  evictions: number;
}

/** Tells the other processes of the platform, through Redis, how this one does; and knows how they do. */
@Injectable()
export class ProcessRegistry implements OnModuleDestroy {
  private readonly logger = new Logger(ProcessRegistry.name);
  private readonly id = newUuid();
  private readonly startedAt = new Date(Date.now() - process.uptime() * 1_000).toISOString();
  private service = 'cli';
  private timer?: NodeJS.Timeout;

  constructor(
    private readonly redis: RedisConnections,
    private readonly pools: TenantPoolManager,
  ) {}

  /** From now on the others know of this process. @param service what it is, for people */
  announceAs(service: string): void {
    this.service = service;
    if (this.redis.isReady) void this.announce();
    else this.redis.commands.once('ready', () => void this.announce());
    this.timer = setInterval(() => void this.announce(), ANNOUNCE_EVERY_MS).unref();
  }

  /** This process. */
  own(): ProcessFigures {
    const { activeConnections, maxCachedConnections, opens, evictions } = this.pools.totals();
    const servers = this.pools.serverStats();
    const sum = (field: 'leased' | 'open' | 'idle' | 'waiting') =>
      servers.reduce((total, server) => total + server[field], 0);
    return {
      host: hostname(),
      pid: process.pid,
      service: this.service,
      started_at: this.startedAt,
      cached_tenants: activeConnections,
      max_cached_tenants: maxCachedConnections,
      leased: sum('leased'),
      open: sum('open'),
      idle: sum('idle'),
      waiting: sum('waiting'),
      opens,
      evictions,
    };
  }

  /** The other processes, as they were within the last 15 seconds; null while Redis is away. */
  async others(): Promise<ProcessFigures[] | null> {
    if (!this.redis.isReady) return null;
    try {
      const ids = await this.redis.commands.zrevrange(this.list, 0, LISTED_MAX - 1);
      const keys = ids.filter((id) => id !== this.id).map((id) => this.keyOf(id));
      const found = keys.length === 0 ? [] : await this.redis.commands.mget(keys);
      return found.flatMap((text) => (text === null ? [] : [JSON.parse(text) as ProcessFigures]));
    } catch (error) {
      this.logger.warn({ msg: 'the other processes are not known', err: error });
      return null;
    }
  }

  async onModuleDestroy(): Promise<void> {
    if (!this.timer) return;
    clearInterval(this.timer);
    if (!this.redis.isReady) return;
    const leave = this.redis.commands.multi().del(this.keyOf(this.id)).zrem(this.list, this.id);
    await leave.exec().catch(() => undefined); // it expires by itself
  }

  private async announce(): Promise<void> {
    if (!this.redis.isReady) return;
    const now = Date.now();
    const gone = now - FORGET_AFTER_MS - CLOCKS_MAY_DIFFER_MS;
    const told = this.redis.commands
      .multi()
      .set(this.keyOf(this.id), JSON.stringify(this.own()), 'PX', FORGET_AFTER_MS)
      .zadd(this.list, now, this.id)
      .zremrangebyscore(this.list, '-inf', gone);
    await told.exec().catch(() => undefined); // RedisConnections has logged it; the next time is soon
  }

  private get list(): string {
    return this.redis.named('processes');
  }

  private keyOf(id: string): string {
    return this.redis.named(`process:${id}`);
  }
}
