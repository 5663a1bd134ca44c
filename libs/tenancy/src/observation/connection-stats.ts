import type { ShareHistory, ShareStats } from '../connections/tenant-share.js';
import type { ReplicaStats } from '../replica/replica-reads.js';
import type { TenantHistory } from './tenant-histories.js';

/** Figures of one database server, as this process sees it. */
export interface ServerStats extends ShareStats {
  /** host:port */
  server: string;
  /** Cached tenants that live there, and leases of them. */
  tenants: number;
  leased: number;
  /** Null when no cached tenant lives there. */
  last_used_ms_ago: number | null;
  /** Open connections that this process may have there now. */
  budget: number;
  /** Open connections that all processes together may have there; null while that is not known, or nothing is shared. */
  shared_budget: number | null;
  /** Processes that share it, as last heard; null when nothing was heard, or nothing is shared. */
  sharing_processes: number | null;
  /** Connections opened since the start. */
  opens: number;
  /** Idle connections closed early, to make room for other tenants. */
  evictions: number;
  /** Of the last one to two thousand times a connection was asked for; null when there was none. */
  wait_p50_ms: number | null;
  wait_p99_ms: number | null;
  /** `open`: it does not answer and is left alone for a moment */
  circuit: 'open' | 'closed';
  /** On a replica alone: how many reads it answered, and how many went to the primary instead. */
  replica?: ReplicaStats;
}

/** Figures of one cached tenant. */
export interface TenantStats extends ShareStats, ShareHistory, TenantHistory {
  tenant_id: string;
  subdomain: string;
  /** host:port */
  server: string;
  leased: number;
  last_used_ms_ago: number;
}
