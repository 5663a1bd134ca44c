import type { DatabaseServers } from '../connections/database-servers.js';
import type { ServerStats, TenantStats } from '../observation/connection-stats.js';
import type { CachedTenant } from './cached-tenant.js';

/** What each server's pool says of itself, and how its tenants are used. */
export function serverStats(servers: DatabaseServers, tenants: Iterable<CachedTenant>): ServerStats[] {
  const now = performance.now();
  const use = new Map<string, { tenants: number; leased: number; last_used_ms_ago: number }>();
  for (const { server, leases, lastUsedMs } of tenants) {
    const ago = Math.round(now - lastUsedMs);
    const sum = use.get(server);
    use.set(server, {
      tenants: (sum?.tenants ?? 0) + 1,
      leased: (sum?.leased ?? 0) + leases,
      last_used_ms_ago: Math.min(sum?.last_used_ms_ago ?? ago, ago),
    });
  }
  const unused = { tenants: 0, leased: 0, last_used_ms_ago: null };
  return servers.stats().map((stats) => ({ ...(use.get(stats.server) ?? unused), ...stats }));
}

export function tenantStats(tenants: Iterable<CachedTenant>): TenantStats[] {
  const now = performance.now();
  return Array.from(tenants, (tenant) => ({
    tenant_id: tenant.tenantId,
    subdomain: tenant.subdomain,
    server: tenant.server,
    leased: tenant.leases,
    last_used_ms_ago: Math.round(now - tenant.lastUsedMs),
    ...tenant.dataSource.connectionStats(),
    ...tenant.history,
    ...tenant.dataSource.connectionHistory(),
  }));
}
