import type { EntityTarget, ObjectLiteral } from 'typeorm';
import type { BudgetShares } from './budget/budget-shares.js';
import type { TenantChangeFeed, TenantDirectory } from './directory/tenant-directory.js';
import type { TenancyObserver } from './observation/tenancy-observer.js';

export interface TenancyOptions {
  directory: TenantDirectory;
  changes?: TenantChangeFeed;
  /** Divides servers' connections among processes; absent: each has `serverConnectionBudget` for itself. */
  budgets?: BudgetShares;
  /** Told of waits, slow statements and the parts of a request's way. */
  observer?: TenancyObserver;
  /** Entities of the tenant database. */
  entities: readonly (new () => ObjectLiteral)[] | readonly EntityTarget<ObjectLiteral>[];
  /** Tenants with an older schema are answered 503 `tenant_migrating`. */
  minSchemaVersion: string;
  /** Tenants live under `<subdomain>.<baseDomain>`. */
  baseDomain: string;
  limits?: Partial<TenancyLimits>;
}

/** Every bound of the engine, with its unit. */
export interface TenancyLimits {
  /** Cached tenants per process (`MAX_TENANT_CONNECTIONS`). */
  maxCachedTenants: number;
  /** Open connections of one tenant in this process. */
  poolMax: number;
  /** How long a request waits for a connection or a place in the cache. */
  poolAcquireMs: number;
  /** Idle connections are closed after this. */
  poolIdleMs: number;
  /** Open connections of this process to one database server at most, over all tenants. */
  serverConnectionBudget: number;
  /** Requests of one tenant that may wait for a connection. */
  poolQueueMax: number;
  /** Requests that may wait for a place in the cache of tenants. */
  cacheQueueMax: number;
  /** How long opening a connection may take. */
  connectTimeoutMs: number;
  /** How long one statement may take; the server ends it then. */
  statementTimeoutMs: number;
  /** Cached tenants that nobody used for this long are closed. */
  tenantIdleMs: number;
  /** How long a directory record is believed without asking again. */
  recordTtlMs: number;
  /** How long "there is no such tenant" is believed. */
  negativeTtlMs: number;
  /** How long a look into the directory may take. */
  lookupTimeoutMs: number;
  /** How long an old record may be used while the directory cannot be reached. */
  recordStaleMaxMs: number;
  /** Directory records kept. */
  recordsMax: number;
}

export const TENANCY_LIMIT_DEFAULTS: TenancyLimits = {
  maxCachedTenants: 50,
  poolMax: 5,
  poolAcquireMs: 30_000,
  poolIdleMs: 10_000,
  serverConnectionBudget: 100,
  poolQueueMax: 1_000,
  cacheQueueMax: 10_000,
  connectTimeoutMs: 3_000,
  statementTimeoutMs: 60_000,
  tenantIdleMs: 300_000,
  recordTtlMs: 4_000,
  negativeTtlMs: 1_000,
  lookupTimeoutMs: 3_000,
  recordStaleMaxMs: 60_000,
  recordsMax: 20_000,
};

export const TENANCY_OPTIONS = Symbol('TENANCY_OPTIONS');
export const TENANCY_LIMITS = Symbol('TENANCY_LIMITS');
