import { Inject, Injectable } from '@nestjs/common';
import { TENANCY_LIMITS, TENANCY_OPTIONS, type TenancyLimits, type TenancyOptions } from '../tenancy.options.js';
import type { TenantRecord } from './tenant-directory.js';

interface Cached {
  record: TenantRecord | null;
  loadedMs: number;
  loading?: Promise<TenantRecord | null>;
}

const NOBODY = Promise.resolve(null);

/** "Nobody" is what most asked-for domains are, and is believed as long as a record. */
const NOBODY_IS_USUAL = { nobodyIsUsual: true };

/**
 * Directory records by id, by subdomain and by domain. One lookup at a time per key; "not there" is believed only briefly; a
 * change announced by the feed is seen at once, a lost announcement after `recordTtlMs`.
 */
@Injectable()
export class TenantCache {
  private readonly cached = new Map<string, Cached>();

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
    if (cached?.loading) return cached.loading;
    const now = performance.now();
    const believedMs = cached?.record || nobodyIsUsual ? this.limits.recordTtlMs : this.limits.negativeTtlMs;
    if (cached && now - cached.loadedMs < believedMs) return Promise.resolve(cached.record);
    return this.load(key, cached, load, nobodyIsUsual);
  }

  private load(
    key: string,
    old: Cached | undefined,
    load: () => Promise<TenantRecord | null>,
    nobodyIsUsual: boolean,
  ): Promise<TenantRecord | null> {
    const entry: Cached = { record: old?.record ?? null, loadedMs: old?.loadedMs ?? 0 };
    entry.loading = load().then(
      (record) => {
        entry.record = record;
        entry.loadedMs = performance.now();
        entry.loading = undefined;
        if (record && this.cached.get(key) === entry) this.believeById(record, entry.loadedMs);
        return record;
      },
      (error: unknown) => {
        entry.loading = undefined;
        const known = old && (old.record || nobodyIsUsual);
        if (known && performance.now() - old.loadedMs < this.limits.recordStaleMaxMs) return old.record;
        if (this.cached.get(key) === entry) this.cached.delete(key);
        throw error;
      },
    );
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
