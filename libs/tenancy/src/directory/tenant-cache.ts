import { withinDeadline } from '@finvera/common';
import { Inject, Injectable } from '@nestjs/common';
import { directoryUnavailable } from '../connections/database-failure.js';
import { TENANCY_LIMITS, TENANCY_OPTIONS, type TenancyLimits, type TenancyOptions } from '../tenancy.options.js';
import type { TenantRecord } from './tenant-directory.js';

interface Cached {
  record: TenantRecord | null;
  loadedMs: number;
  loading?: Promise<TenantRecord | null>;
  /** whoever comes while it is loading gets the record as it was */
  usesOld?: boolean;
}

const NOBODY = Promise.resolve(null);

/** For so long after it did not answer, nobody waits for the directory who can do with what is known. */
const FAILED_LATELY_MS = 2_000;

/** "Nobody" is what most asked-for domains are, and is believed as long as a record. */
const NOBODY_IS_USUAL = { nobodyIsUsual: true };

/**
 * Directory records by id, by subdomain and by domain. One lookup at a time per key; "not there" is believed only briefly; a
 * change announced by the feed is seen at once, a lost announcement after `recordTtlMs`. While the directory does not
 * answer, what is known is used on, for `recordStaleMaxMs`, and only the first waits in vain.
 */
@Injectable()
export class TenantCache {
  private readonly cached = new Map<string, Cached>();
  /** when the directory did not answer, the last time it was asked */
  private failedMs = Number.NEGATIVE_INFINITY;

  constructor(
    @Inject(TENANCY_OPTIONS) private readonly options: TenancyOptions,
    @Inject(TENANCY_LIMITS) private readonly limits: TenancyLimits,
  ) {
    options.changes?.subscribe((tenantId) => this.forget(tenantId));
  }

  byId(id: string): Promise<TenantRecord | null> {
    return this.read(`id:${id}`, () => this.options.directory.findById(id));
  }

  bySubdomain(subdomain: string): Promise<TenantRecord | null> {
    return this.read(`subdomain:${subdomain}`, () => this.options.directory.findBySubdomain(subdomain));
  }

  /** The tenant whose verified domain it is; null for every other name under which the platform is reached. */
  byDomain(domain: string): Promise<TenantRecord | null> {
    const { directory } = this.options;
    if (!directory.findByDomain) return NOBODY;
    return this.read(`domain:${domain}`, () => directory.findByDomain!(domain), NOBODY_IS_USUAL);
  }

  /** Forgets what is known of a tenant, and every "there is no such tenant": the change may be its creation. */
  forget(tenantId: string): void {
    for (const [key, { record }] of this.cached) if (record === null || record.id === tenantId) this.cached.delete(key);
  }

  private read(
    key: string,
    load: () => Promise<TenantRecord | null>,
    { nobodyIsUsual } = { nobodyIsUsual: false },
  ): Promise<TenantRecord | null> {
    const cached = this.cached.get(key);
    if (cached?.loading) return cached.usesOld ? Promise.resolve(cached.record) : cached.loading;
    const now = performance.now();
    const believedMs = cached?.record || nobodyIsUsual ? this.limits.recordTtlMs : this.limits.negativeTtlMs;
    if (cached && now - cached.loadedMs < believedMs) return Promise.resolve(cached.record);
    const usesOld = now - this.failedMs < FAILED_LATELY_MS && this.isUsable(cached, nobodyIsUsual);
    const loading = this.load(key, cached, load, { nobodyIsUsual, usesOld });
    return usesOld ? Promise.resolve(cached!.record) : loading;
  }

  /** Whether it may be used while the directory cannot be reached. */
  private isUsable(cached: Cached | undefined, nobodyIsUsual: boolean): boolean {
    if (!cached || (cached.record === null && !nobodyIsUsual)) return false;
    return performance.now() - cached.loadedMs < this.limits.recordStaleMaxMs;
  }

  private load(
    key: string,
    old: Cached | undefined,
    load: () => Promise<TenantRecord | null>,
    { nobodyIsUsual, usesOld }: { nobodyIsUsual: boolean; usesOld: boolean },
  ): Promise<TenantRecord | null> {
    const entry: Cached = { record: old?.record ?? null, loadedMs: old?.loadedMs ?? 0, usesOld };
    const askedMs = performance.now();
    entry.loading = withinDeadline(load(), this.limits.lookupTimeoutMs, directoryUnavailable).then(
      (record) => {
        entry.record = record;
        entry.loadedMs = askedMs;
        entry.loading = undefined;
        this.failedMs = Number.NEGATIVE_INFINITY;
        if (record && this.cached.get(key) === entry) this.believeById(record, entry.loadedMs);
        return record;
      },
      (error: unknown) => {
        entry.loading = undefined;
        this.failedMs = performance.now();
        if (this.isUsable(old, nobodyIsUsual)) return old!.record;
        if (this.cached.get(key) === entry) this.cached.delete(key);
        throw error;
      },
    );
    entry.loading.catch(() => undefined); // whoever waits for it is told
    this.cached.delete(key);
    this.cached.set(key, entry);
    this.trim();
    return entry.loading;
  }

  /** Who asks for a host mostly names the id as well, in its token: one lookup serves both. */
  private believeById(record: TenantRecord, loadedMs: number): void {
    const key = `id:${record.id}`;
    if (this.cached.get(key)?.loading) return;
    this.cached.delete(key);
    this.cached.set(key, { record, loadedMs });
    this.trim();
  }

  private trim(): void {
    while (this.cached.size > this.limits.recordsMax) this.cached.delete(this.cached.keys().next().value!);
  }
}
