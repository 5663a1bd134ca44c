import type { ContextId } from '@nestjs/core';
import type { OpenConnection } from '../connections/open-connection.js';
import type { TenantShare } from '../connections/tenant-share.js';
import type { TenantDataSource } from '../data-source/tenant-data-source.js';
import type { TenantHistory } from '../observation/tenant-histories.js';

/** A tenant in the cache of the pool manager. */
export interface CachedTenant {
  readonly tenantId: string;
  readonly subdomain: string;
  readonly server: string;
  readonly history: TenantHistory;
  readonly revision: string;
  /** of its server, as last read */
  connectionBudget?: number | null;
  readonly dataSource: TenantDataSource;
  readonly share: TenantShare<OpenConnection>;
  /** keys the durable sub-tree of Nest providers: dropping the entry drops them */
  readonly contextId: ContextId;
  leases: number;
  lastUsedMs: number;
  /** no longer in the cache; closes with its last lease */
  retired: boolean;
}

/** A tenant's DataSource in somebody's hands: it is not evicted until released. */
export interface TenantLease {
  readonly tenantId: string;
  readonly subdomain: string;
  readonly dataSource: TenantDataSource;
  readonly contextId: ContextId;
  /**
   * Runs work whose waits for a connection end when whoever asked leaves; when there is no crowd nobody waits long, and
   * it is merely run. Work that others wait for as well does not belong in it.
   */
  within<T>(work: () => T): T;
  /** Ends the lease; further calls do nothing. */
  release(): void;
}
