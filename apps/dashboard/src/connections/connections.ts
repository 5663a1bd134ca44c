interface Counts {
  open: number;
  idle: number;
  waiting: number;
}

export interface ServerConnections extends Counts {
  server: string;
  budget: number;
  opens: number;
  circuit: 'open' | 'closed';
}

export interface TenantConnections extends Counts {
  tenant_id: string;
  leased: number;
  last_used_ms_ago: number;
}

/** The cache of tenant connections of the API process that answered. */
export interface Connections {
  activeConnections: number;
  maxCachedConnections: number;
  cachedTenants: string[];
  opens: number;
  evictions: number;
  waitingForPlace: number;
  servers: ServerConnections[];
  tenants: TenantConnections[];
}
