interface Counts {
  leased: number;
  open: number;
  idle: number;
  waiting: number;
}

interface Waits extends Counts {
  /** milliseconds; null when nobody asked for a connection */
  wait_p50_ms: number | null;
  wait_p99_ms: number | null;
}

export interface ServerConnections extends Waits {
  server: string;
  tenants: number;
  /** this process's part of what all share */
  budget: number;
  /** null while it is not known */
  shared_budget: number | null;
  /** of a replica alone */
  replica?: { reads: number; lagging: number; unavailable: number };
  opens: number;
  evictions: number;
  circuit: 'open' | 'closed';
}

export interface TenantConnections extends Waits {
  tenant_id: string;
  subdomain: string;
  server: string;
  last_used_ms_ago: number;
  opens: number;
  evictions: number;
}

export interface ProcessConnections extends Counts {
  host: string;
  pid: number;
  service: string;
  started_at: string;
  cached_tenants: number;
  max_cached_tenants: number;
  opens: number;
  evictions: number;
}

/** The cache of tenant connections of the API process that answered, with a page of its tenants. */
export interface Connections {
  activeConnections: number;
  maxCachedConnections: number;
  opens: number;
  evictions: number;
  waitingForPlace: number;
  process: ProcessConnections;
  /** null while Redis is away */
  other_processes: ProcessConnections[] | null;
  servers: ServerConnections[];
  tenants: TenantConnections[];
}

export interface ConnectionsQuery {
  page: number;
  limit: number;
  search: string;
  sort: string;
}
