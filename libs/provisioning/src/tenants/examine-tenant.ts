import type { Tenant } from '@finvera/master-data';
import { TenantCache, TenantPoolManager } from '@finvera/tenancy';
import { Injectable, Logger } from '@nestjs/common';
import { ServerConnections } from '../servers/server-connections.js';
import { databaseSizeMb } from '../servers/tenant-database.js';
import type { TenantHealthDto, TenantStatsDto } from './tenant.dto.js';

const TABLES_MAX = 200;

/** Looks at a tenant's database: size, tables, whether it answers. Works for suspended tenants as well. */
@Injectable()
export class ExamineTenant {
  private readonly logger = new Logger(ExamineTenant.name);

  constructor(
    private readonly servers: ServerConnections,
    private readonly cache: TenantCache,
    private readonly pools: TenantPoolManager,
  ) {}

  async stats(tenant: Tenant): Promise<TenantStatsDto> {
    return this.servers.use(tenant.serverId, async (session) => {
      const used = await databaseSizeMb(session, tenant.dbName);
      const tables = await session.query<{ name: string; rows_estimate: string; size: string }>(
        `SELECT table_name AS name, table_rows AS rows_estimate, data_length + index_length AS size
           FROM information_schema.tables WHERE table_schema = ? ORDER BY size DESC, name LIMIT ?`,
        [tenant.dbName, TABLES_MAX],
      );
      return {
        storage_used_mb: used,
        storage_limit_mb: tenant.storageLimitMb,
        storage_used_percent: Math.round((used / tenant.storageLimitMb) * 10_000) / 100,
        connections: this.pools.statsOf(tenant.id) ?? { open: 0, idle: 0, waiting: 0 },
        tables: tables.map(({ name, rows_estimate, size }) => ({
          name,
          rows_estimate: Number(rows_estimate ?? 0),
          size_mb: Math.round((Number(size ?? 0) / 1_048_576) * 1000) / 1000,
        })),
        measured_at: new Date().toISOString(),
      };
    });
  }

  /** The document's health object. */
  async health(tenant: Tenant): Promise<TenantHealthDto> {
    try {
      const queryMs = await this.timeQuery(tenant.id);
      const waiting = this.pools.statsOf(tenant.id)?.waiting ?? 0;
      const used = await this.servers.use(tenant.serverId, (session) => databaseSizeMb(session, tenant.dbName));
      return {
        database_accessible: true,
        connection_pool_status: waiting > 0 ? 'busy' : 'healthy',
        last_query_time_ms: queryMs,
        storage_used_mb: used,
        storage_limit_mb: tenant.storageLimitMb,
      };
    } catch (error) {
      this.logger.warn({ msg: 'tenant database is not accessible', tenant_id: tenant.id, err: error });
      return {
        database_accessible: false,
        connection_pool_status: 'unavailable',
        last_query_time_ms: null,
        storage_used_mb: Number(tenant.storageUsedMb),
        storage_limit_mb: tenant.storageLimitMb,
      };
    }
  }

  private async timeQuery(tenantId: string): Promise<number> {
    const record = await this.cache.byId(tenantId);
    if (!record) throw new Error('the tenant has no database');
    const lease = await this.pools.lease(record);
    try {
      const started = performance.now();
      await lease.dataSource.query('SELECT 1');
      return Math.round((performance.now() - started) * 100) / 100;
    } finally {
      lease.release();
    }
  }
}
