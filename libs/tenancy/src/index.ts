export type { BudgetMember, BudgetMembership, BudgetShares } from './budget/budget-shares.js';
export { RedisBudgetShares } from './budget/redis-budget-shares.js';
export {
  CONNECTION_DEFAULTS,
  type ConnectionTarget,
  type OpenConnection,
  openConnection,
} from './connections/open-connection.js';
export { databaseUnavailable } from './connections/database-failure.js';
export { TenantDataSource } from './data-source/tenant-data-source.js';
export { TenantCache } from './directory/tenant-cache.js';
export * from './directory/tenant-directory.js';
export * from './injection/decorators.js';
export { CurrentSubdomain, holdLease, type LeasedRequest, TENANT_LEASE } from './injection/tenant-scope.js';
export * from './observation/connection-stats.js';
export * from './observation/tenancy-observer.js';
export type { TenantLease } from './pool/cached-tenant.js';
export { TenantPoolManager } from './pool/tenant-pool-manager.js';
export {
  type Admission,
  type Requester,
  RequestLimits,
  type RequestLimitsOptions,
} from './rate-limits/request-limits.js';
export { RequestLimitsModule } from './rate-limits/request-limits.module.js';
export { Presence } from './presence/presence.js';
export * from './resolution/host-name.js';
export { assertOpenFor, isNetwork, type Visitor } from './resolution/maintenance.js';
export { assertWritable } from './resolution/read-only.js';
export { type TenantClaims, TenantResolver } from './resolution/tenant-resolver.js';
export { TenancyModule } from './tenancy.module.js';
export * from './tenancy.options.js';
export { Tenancy, type TenantScope } from './tenancy.js';
export { limitsOf, requestLimitsOf, TenancyConfig } from './tenancy.config.js';
export type { ReplicaStats } from './replica/replica-reads.js';
export type { ReadSource } from './replica/read-source.js';
export { TenantReader } from './replica/tenant-reader.js';
