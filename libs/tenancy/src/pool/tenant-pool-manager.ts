import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { ContextIdFactory } from '@nestjs/core';
import { DatabaseServers, serverName } from '../connections/database-servers.js';
import type { OpenConnection } from '../connections/open-connection.js';
import type { TenantShare } from '../connections/tenant-share.js';
import { TenantDataSource } from '../data-source/tenant-data-source.js';
import { TenantTemplate } from '../data-source/tenant-template.js';
import type { TenantRecord } from '../directory/tenant-directory.js';
import type { ServerStats, TenantStats } from '../observation/connection-stats.js';
import { TenantHistories } from '../observation/tenant-histories.js';
import { Presence } from '../presence/presence.js';
import { abandoned, trackWaits } from '../presence/track-waits.js';
import { TenantReplica } from '../replica/tenant-replica.js';
import { TENANCY_LIMITS, TENANCY_OPTIONS, type TenancyLimits, type TenancyOptions } from '../tenancy.options.js';
import { serverStats, tenantStats } from './cache-stats.js';
import type { CachedTenant, TenantLease } from './cached-tenant.js';
import { PlaceQueue } from './place-queue.js';

/** Share of the cached tenants that is closed at once when the cache is full. */
const EVICTED_SHARE = 0.2;

/**
 * Caches a DataSource per tenant: at most `maxCachedTenants`; when full the least recently used fifth that nobody
 * leases is closed. A lease holds a place in the cache, not a connection.
 */
@Injectable()
export class TenantPoolManager implements OnModuleDestroy {
  /** least recently used first */
  private readonly entries = new Map<string, CachedTenant>();
  private readonly servers: DatabaseServers;
  private readonly places: PlaceQueue;
  private readonly histories: TenantHistories;
  private template?: Promise<TenantTemplate>;
  private readonly counters = { opens: 0, evictions: 0 };

  constructor(
    @Inject(TENANCY_OPTIONS) private readonly options: TenancyOptions,
    @Inject(TENANCY_LIMITS) private readonly limits: TenancyLimits,
  ) {
    this.servers = new DatabaseServers(options, limits);
    this.places = new PlaceQueue(limits.cacheQueueMax);
    this.histories = new TenantHistories(2 * limits.maxCachedTenants);
    options.changes?.subscribe((tenantId) => this.evict(tenantId));
  }

  /**
   * Leases the tenant's DataSource, opening it when it is not cached.
   * @param record a validated directory record; one with another revision replaces the cached DataSource
   * @param presence of whoever asks: when they leave the lease ends, and whatever waits on their behalf
   * @throws DomainError 503 `tenant_pool_exhausted` when all places stay leased until the deadline
   */
  lease(record: TenantRecord, presence = new Presence()): Promise<TenantLease> {
    const { observer } = this.options;
    return observer?.phase
      ? observer.phase('lease', () => this.leaseNow(record, presence))
      : this.leaseNow(record, presence);
  }

  private async leaseNow(record: TenantRecord, presence: Presence): Promise<TenantLease> {
    const template = await this.loadTemplate();
    const deadlineMs = performance.now() + this.limits.poolAcquireMs;
    for (;;) {
      if (presence.hasLeft) throw abandoned();
      const entry = this.current(record) ?? this.open(template, record);
      if (entry) return this.leaseOf(entry, presence);
      await this.places.wait(deadlineMs, presence);
    }
  }

  /** Takes the tenant out of the cache; requests that hold it finish on the old DataSource. */
  evict(tenantId: string): void {
    const entry = this.entries.get(tenantId);
    if (entry) this.retire(entry);
  }

  /** Closes tenants that nobody used for `tenantIdleMs`. @returns how many */
  cleanupOldConnections(): number {
    const before = performance.now() - this.limits.tenantIdleMs;
    let closed = 0;
    for (const entry of this.entries.values()) {
      if (entry.lastUsedMs > before) break;
      if (entry.leases > 0) continue;
      this.retire(entry);
      closed += 1;
    }
    return closed;
  }

  /** The document's three figures, then more; the tenants least recently used first. */
  getStats() {
    return {
      ...this.totals(),
      cachedTenants: [...this.entries.keys()],
      servers: this.serverStats(),
      tenants: this.tenantStats(),
    };
  }

  /** The figures whose number does not grow with the tenants. */
  totals() {
    return {
      activeConnections: this.entries.size,
      maxCachedConnections: this.limits.maxCachedTenants,
      opens: this.counters.opens,
      evictions: this.counters.evictions,
      waitingForPlace: this.places.waiting,
    };
  }

  /** Ids, last used first. */
  cachedTenants(max: number): string[] {
    return [...this.entries.keys()].toReversed().slice(0, max);
  }

  serverStats(): ServerStats[] {
    return serverStats(this.servers, this.entries.values());
  }

  tenantStats(): TenantStats[] {
    return tenantStats(this.entries.values());
  }

  /** What the cache has of one tenant; undefined when it is not cached. */
  statsOf(tenantId: string) {
    return this.entries.get(tenantId)?.dataSource.connectionStats();
  }

  onModuleDestroy(): void {
    for (const entry of [...this.entries.values()]) this.retire(entry);
    this.servers.close();
  }

  private loadTemplate(): Promise<TenantTemplate> {
    this.template ??= TenantTemplate.build(this.options.entities as never);
    return this.template;
  }

  private current(record: TenantRecord): CachedTenant | undefined {
    const entry = this.entries.get(record.id);
    if (entry && entry.connectionBudget !== record.connectionBudget) {
      entry.connectionBudget = record.connectionBudget;
      this.servers.learnBudget(record);
    }
    if (!entry || entry.revision === record.revision) return entry;
    this.retire(entry);
    return undefined;
  }

  private open(template: TenantTemplate, record: TenantRecord): CachedTenant | undefined {
    if (this.entries.size >= this.limits.maxCachedTenants && !this.evictOldest()) return undefined;
    const share = this.servers.shareOf(record);
    const history = this.histories.of(record.id);
    history.opens += 1;
    const entry: CachedTenant = {
      tenantId: record.id,
      subdomain: record.subdomain,
      server: serverName(record),
      history,
      revision: record.revision,
      connectionBudget: record.connectionBudget,
      dataSource: this.dataSourceOf(template, record, share),
      share,
      contextId: ContextIdFactory.create(),
      leases: 0,
      lastUsedMs: performance.now(),
      retired: false,
    };
    this.entries.set(record.id, entry);
    this.counters.opens += 1;
    return entry;
  }

  private dataSourceOf(template: TenantTemplate, record: TenantRecord, share: TenantShare<OpenConnection>) {
    const { id, database } = record;
    const there = this.servers.replicaShareOf(record);
    const replica = there && new TenantReplica(TenantDataSource.open(template, id, database, there.share), there.reads);
    return TenantDataSource.open(template, id, database, share, replica);
  }

  private leaseOf(entry: CachedTenant, presence: Presence): TenantLease {
    entry.leases += 1;
    this.touch(entry);
    presence.onLeave(() => this.endLease(entry));
    return {
      tenantId: entry.tenantId,
      subdomain: entry.subdomain,
      dataSource: entry.dataSource,
      contextId: entry.contextId,
      within: (work) => (entry.share.isCrowded ? trackWaits(presence, work) : work()),
      release: () => presence.leave(),
    };
  }

  private endLease(entry: CachedTenant): void {
    entry.leases -= 1;
    entry.lastUsedMs = performance.now();
    if (entry.leases > 0) return;
    entry.share.abandonWaits();
    if (entry.retired) void entry.dataSource.destroy();
    else this.places.wakeOne();
  }

  private touch(entry: CachedTenant): void {
    entry.lastUsedMs = performance.now();
    if (entry.retired) return;
    this.entries.delete(entry.tenantId);
    this.entries.set(entry.tenantId, entry);
  }

  private retire(entry: CachedTenant): void {
    if (entry.retired) return;
    entry.retired = true;
    if (this.entries.get(entry.tenantId) === entry) this.entries.delete(entry.tenantId);
    if (entry.leases === 0) void entry.dataSource.destroy();
    this.places.wakeOne();
  }

  /** @returns whether at least one place is free now */
  private evictOldest(): boolean {
    let toEvict = Math.max(1, Math.floor(this.limits.maxCachedTenants * EVICTED_SHARE));
    const before = this.entries.size;
    for (const entry of this.entries.values()) {
      if (toEvict === 0) break;
      if (entry.leases > 0) continue;
      this.retire(entry);
      entry.history.evictions += 1;
      this.counters.evictions += 1;
      toEvict -= 1;
    }
    return this.entries.size < before;
  }
}
