import { randomBytes } from 'node:crypto';
import type { TenantDataSource } from '../data-source/tenant-data-source.js';
import type { TenantRecord } from '../directory/tenant-directory.js';
import { TenantPoolManager } from '../pool/tenant-pool-manager.js';
import { TENANCY_LIMIT_DEFAULTS, type TenancyLimits } from '../tenancy.options.js';
import { createTestDatabase, dropTestDatabase, type TestTenantOptions } from './test-server.js';

export interface FreshTenant {
  database: string;
  /** As a request of the tenant would get it, with connections of a pool of its own. */
  dataSource: TenantDataSource;
  /** Closes its connections and drops its database. */
  close(): Promise<void>;
}

/**
 * The slow base: a tenant with a database of its own, for tests of what commits, locks or runs side by side.
 * @param limits where they differ from the engine's defaults
 */
export async function givenFreshTenant(
  options: TestTenantOptions,
  limits: Partial<TenancyLimits> = {},
): Promise<FreshTenant> {
  const { server, entities } = options;
  const database = `test_tenant_${randomBytes(6).toString('hex')}`;
  await createTestDatabase(options, database);
  const record: TenantRecord = {
    id: database,
    subdomain: 'test',
    status: 'active',
    provisioned: true,
    suspendedReason: null,
    schemaVersion: '0',
    revision: '1',
    database,
    host: server.host,
    port: server.port,
  };
  const lookup = async () => record;
  const directory = { findById: lookup, findBySubdomain: lookup, credentials: async () => server };
  const pools = new TenantPoolManager(
    { directory, entities, minSchemaVersion: '0', baseDomain: 'localhost' },
    { ...TENANCY_LIMIT_DEFAULTS, ...limits },
  );
  const lease = await pools.lease(record);
  const close = async () => {
    lease.release();
    pools.onModuleDestroy();
    await dropTestDatabase(server, database);
  };
  return { database, dataSource: lease.dataSource, close };
}
