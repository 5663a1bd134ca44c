import { offsetOf, type PageQuery, parseSort } from '@finvera/common';
import { TenantPoolManager, type TenantStats } from '@finvera/tenancy';
import { Injectable } from '@nestjs/common';
import type { ConnectionsDto } from './connections.dto.js';
import { ProcessRegistry } from './process-registry.js';

/** Ids in `cachedTenants`. */
const IDS_MAX = 1_000;

const SORTABLE = [
  'last_used_ms_ago', 'subdomain', 'server', 'leased', 'open', 'idle', 'waiting', 'opens', 'evictions', 'connections_opened', 'connections_evicted',
  'wait_p50_ms', 'wait_p99_ms',
] as const; // biome-ignore format: a list

/** What this process holds of the tenants' databases, a page of tenants at a time. */
@Injectable()
export class ReadConnections {
  constructor(
    private readonly pools: TenantPoolManager,
    private readonly processes: ProcessRegistry,
  ) {}

  /** Searches id, subdomain and server; last used first when nothing else is asked for. */
  async read(query: PageQuery): Promise<{ connections: ConnectionsDto; total: number }> {
    const { field, direction } = parseSort(query.sort, SORTABLE, { field: 'last_used_ms_ago', direction: 'ASC' });
    const found = this.pools.tenantStats().filter(matching(query.search));
    found.sort(
      (a, b) => compare(a[field], b[field]) * (direction === 'ASC' ? 1 : -1) || compare(a.tenant_id, b.tenant_id),
    );
    const connections = {
      ...this.pools.totals(),
      cachedTenants: this.pools.cachedTenants(IDS_MAX),
      process: this.processes.own(),
      other_processes: await this.processes.others(),
      servers: this.pools.serverStats(),
      tenants: found.slice(offsetOf(query), offsetOf(query) + query.limit),
    };
    return { connections, total: found.length };
  }
}

function matching(search: string | undefined): (tenant: TenantStats) => boolean {
  const wanted = search?.trim().toLowerCase();
  if (!wanted) return () => true;
  return ({ tenant_id, subdomain, server }) => [tenant_id, subdomain, server].some((text) => text.includes(wanted));
}

/** Nothing known comes before everything known. */
function compare(a: string | number | null, b: string | number | null): number {
  if (a === b) return 0;
  if (a === null || b === null) return a === null ? -1 : 1;
  return a < b ? -1 : 1;
}
