import { Metrics } from '@finvera/common';
import { type ServerStats, TenantPoolManager } from '@finvera/tenancy';
import { Injectable } from '@nestjs/common';
import { Counter, Gauge, type Registry } from 'prom-client';
import { EngineMetrics } from './engine-metrics.js';

type Totals = ReturnType<TenantPoolManager['totals']>;

const CACHE_GAUGES: [name: string, help: string, read: (totals: Totals) => number][] = [
  ['finvera_cached_tenants', 'Tenants whose DataSource is cached', (totals) => totals.activeConnections],
  ['finvera_cached_tenants_max', 'Tenants that may be cached', (totals) => totals.maxCachedConnections],
  ['finvera_tenant_place_waiting', 'Requests that wait for a place in the cache', (totals) => totals.waitingForPlace],
];
const CACHE_COUNTERS: typeof CACHE_GAUGES = [
  ['finvera_tenant_opens_total', 'Tenants opened', (totals) => totals.opens],
  ['finvera_tenant_evictions_total', 'Tenants evicted for want of room', (totals) => totals.evictions],
];
const SERVER_GAUGES: [name: string, help: string, read: (server: ServerStats) => number][] = [
  ['finvera_server_connections_open', 'Open connections to a database server', (server) => server.open],
  ['finvera_server_connections_idle', 'Of those, idle', (server) => server.idle],
  ['finvera_server_connections_budget', 'Connections this process may have open there now', (server) => server.budget],
  ['finvera_server_connections_waiting', 'Requests that wait for a connection there', (server) => server.waiting],
  ['finvera_server_leases', 'Leases held of tenants that live there', (server) => server.leased],
  ['finvera_server_cached_tenants', 'Cached tenants that live there', (server) => server.tenants],
  ['finvera_server_circuit_open', '1 while the server is left alone because it does not answer', (server) => Number(server.circuit === 'open')],
]; // biome-ignore format: a table
const SERVER_COUNTERS: typeof SERVER_GAUGES = [
  ['finvera_server_connections_opened_total', 'Connections opened to a database server', (server) => server.opens],
  ['finvera_server_connections_evicted_total', 'Idle ones closed early to make room', (server) => server.evictions],
  ['finvera_replica_reads_total', 'Reads that this replica answered', (server) => server.replica?.reads ?? 0],
  ['finvera_replica_lagging_total', 'Reads that went to the primary: the replica was behind', (server) => server.replica?.lagging ?? 0],
  ['finvera_replica_unavailable_total', 'Reads that went to the primary: the replica could not be used', (server) => server.replica?.unavailable ?? 0],
]; // biome-ignore format: a table

/** The cache of tenants and the connections to each database server, read when somebody scrapes. */
@Injectable()
export class PoolMetrics {
  private readonly registry: Registry;

  constructor(
    private readonly pools: TenantPoolManager,
    private readonly engine: EngineMetrics,
    { registry }: Metrics,
  ) {
    this.registry = registry;
    for (const Kind of [Gauge, Counter])
      for (const [name, help, read] of Kind === Gauge ? CACHE_GAUGES : CACHE_COUNTERS)
        this.collected(Kind, name, help, [], (metric) => metric.inc(read(this.pools.totals())));
    for (const Kind of [Gauge, Counter])
      for (const [name, help, read] of Kind === Gauge ? SERVER_GAUGES : SERVER_COUNTERS)
        this.collected(Kind, name, help, ['server'], (metric) => {
          for (const stats of this.pools.serverStats())
            metric.inc({ server: this.engine.servers.labelOf(stats.server) }, read(stats));
        });
  }

  private collected(
    Kind: typeof Gauge | typeof Counter,
    name: string,
    help: string,
    labelNames: 'server'[],
    read: (metric: Gauge<'server'> | Counter<'server'>) => void,
  ): void {
    new Kind({
      name,
      help,
      labelNames,
      registers: [this.registry],
      collect() {
        this.reset();
        read(this);
      },
    });
  }
}
