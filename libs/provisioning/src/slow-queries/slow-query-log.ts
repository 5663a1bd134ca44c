import { newUuid, RedisConnections, withoutValues } from '@finvera/common';
import type { SlowStatement } from '@finvera/tenancy';
import { Injectable, Logger } from '@nestjs/common';
import { hostname } from 'node:os';
import { RequestsUnderWay } from '../observation/requests-under-way.js';

/** Kept of each tenant, in Redis. */
export const KEPT_PER_TENANT = 100;
/** Kept of all tenants in this process, for when Redis is away. */
const KEPT_IN_PROCESS = 500;
const KEPT_SECONDS = 7 * 86_400;
/** When everything is slow, a log of all of it would make it slower: more of a second are only counted. */
const WRITTEN_PER_SECOND_MAX = 20;

/** One slow statement, as it is logged and listed. */
export interface SlowQuery {
  id: string;
  at: string;
  tenant_id: string;
  /** without values */
  statement: string;
  duration_ms: number;
  /** that its connection was waited for */
  waited_ms: number;
  /** read or changed; null when it failed */
  rows: number | null;
  failed: boolean;
  /** null when it is not known: several requests of the company were under way, or none */
  request_id: string | null;
  /** the company's requests that were under way, five at most */
  request_ids: string[];
  /** host and process id that met it */
  process: string;
}

/**
 * Slow statements of tenants: a line in the log each, and the last hundred of each tenant for people to look at,
 * shared over processes by Redis. What Redis loses, or cannot take, the process that met it still has for a while.
 */
@Injectable()
export class SlowQueryLog {
  private readonly logger = new Logger('SlowQuery');
  /** newest last */
  private readonly own: SlowQuery[] = [];
  private second = 0;
  private written = 0;
  private leftOut = 0;

  constructor(
    private readonly redis: RedisConnections,
    private readonly requests: RequestsUnderWay,
  ) {}

  add(statement: SlowStatement): void {
    if (!this.mayWrite()) return;
    const query = this.describe(statement);
    this.logger.warn({ msg: 'slow query', ...query });
    this.own.push(query);
    if (this.own.length > KEPT_IN_PROCESS) this.own.shift();
    void this.share(query);
  }

  /**
   * The last hundred of a tenant, newest first.
   * @returns `shared: false` when Redis is away and only this process' own are known
   */
  async of(tenantId: string): Promise<{ queries: SlowQuery[]; shared: boolean }> {
    const own = this.own.filter(({ tenant_id }) => tenant_id === tenantId);
    const shared = await this.readShared(tenantId);
    const known = new Map([...(shared ?? []), ...own].map((query) => [query.id, query]));
    const queries = [...known.values()].sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : a.id < b.id ? 1 : -1));
    return { queries: queries.slice(0, KEPT_PER_TENANT), shared: shared !== null };
  }

  private describe({ tenantId, sql, durationMs, waitedMs, rows, failed }: SlowStatement): SlowQuery {
    const requestIds = this.requests.of(tenantId);
    return {
      id: newUuid(),
      at: new Date().toISOString(),
      tenant_id: tenantId,
      statement: withoutValues(sql),
      duration_ms: round(durationMs),
      waited_ms: round(waitedMs),
      rows: rows ?? null,
      failed,
      request_id: requestIds.length === 1 ? requestIds[0]! : null,
      request_ids: requestIds,
      process: `${hostname()}:${process.pid}`,
    };
  }

  private mayWrite(): boolean {
    const second = Math.floor(performance.now() / 1_000);
    if (second !== this.second) {
      if (this.leftOut > 0) this.logger.warn({ msg: 'more slow queries than are logged', left_out: this.leftOut });
      this.second = second;
      this.written = 0;
      this.leftOut = 0;
    }
    if (this.written < WRITTEN_PER_SECOND_MAX) this.written += 1;
    else this.leftOut += 1;
    return this.leftOut === 0;
  }

  private async share(query: SlowQuery): Promise<void> {
    if (!this.redis.isReady) return;
    const key = this.keyOf(query.tenant_id);
    const told = this.redis.commands
      .multi()
      .lpush(key, JSON.stringify(query))
      .ltrim(key, 0, KEPT_PER_TENANT - 1)
      .expire(key, KEPT_SECONDS);
    await told.exec().catch(() => undefined); // this process has it still
  }

  private async readShared(tenantId: string): Promise<SlowQuery[] | null> {
    if (!this.redis.isReady) return null;
    try {
      const texts = await this.redis.commands.lrange(this.keyOf(tenantId), 0, KEPT_PER_TENANT - 1);
      return texts.map((text) => JSON.parse(text) as SlowQuery);
    } catch (error) {
      this.logger.warn({ msg: 'slow queries of other processes are not known', err: error });
      return null;
    }
  }

  private keyOf(tenantId: string): string {
    return this.redis.named(`slow-queries:${tenantId}`);
  }
}

const round = (ms: number) => Math.round(ms * 100) / 100;
