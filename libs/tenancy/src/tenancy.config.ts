import { BooleanSetting, IntegerSetting } from '@finvera/common';
import type { RequestLimitsOptions } from './rate-limits/request-limits.js';
import type { TenancyLimits } from './tenancy.options.js';

/** The engine's limits as environment variables, for applications that are configured so. */
export class TenancyConfig {
  /** Tenants whose DataSource is kept in each process. */
  @IntegerSetting(1, 100_000)
  MAX_TENANT_CONNECTIONS: number = 50;

  /** Open connections of one tenant in each process. */
  @IntegerSetting(1, 100)
  TENANT_POOL_MAX: number = 5;

  /** Milliseconds that a request waits for a connection. */
  @IntegerSetting(10, 600_000)
  TENANT_POOL_ACQUIRE_MS: number = 30_000;

  /** Milliseconds after which an idle connection is closed. */
  @IntegerSetting(10, 600_000)
  TENANT_POOL_IDLE_MS: number = 10_000;

  /** Milliseconds that one statement may take. */
  @IntegerSetting(100, 3_600_000)
  TENANT_STATEMENT_TIMEOUT_MS: number = 60_000;

  /** Open connections of each process to one database server, over all tenants. */
  @IntegerSetting(1, 100_000)
  SERVER_CONNECTION_BUDGET: number = 100;

  /** Milliseconds from which on a statement of a tenant counts as slow: it is logged and kept to look at; 0: none is. */
  @IntegerSetting(0, 600_000)
  SLOW_QUERY_MS: number = 500;

  /** Whether requests are limited; off for load tests. Failed sign-ins are limited all the same. */
  @BooleanSetting()
  RATE_LIMITS: boolean = true;

  /** Requests per minute of one user over all processes; those of a company stand in its plan. */
  @IntegerSetting(1, 1_000_000_000)
  USER_REQUESTS_PER_MINUTE: number = 60_000;
}

export const requestLimitsOf = (config: TenancyConfig): RequestLimitsOptions => ({
  enabled: config.RATE_LIMITS,
  userRequestsPerMinute: config.USER_REQUESTS_PER_MINUTE,
});

export const limitsOf = (config: TenancyConfig): Partial<TenancyLimits> => ({
  maxCachedTenants: config.MAX_TENANT_CONNECTIONS,
  poolMax: config.TENANT_POOL_MAX,
  poolAcquireMs: config.TENANT_POOL_ACQUIRE_MS,
  poolIdleMs: config.TENANT_POOL_IDLE_MS,
  statementTimeoutMs: config.TENANT_STATEMENT_TIMEOUT_MS,
  serverConnectionBudget: config.SERVER_CONNECTION_BUDGET,
});
