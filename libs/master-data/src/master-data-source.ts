import type { DataSourceOptions } from 'typeorm';
import { ApiKey } from './api-keys/api-key.entity.js';
import { Admin } from './admins/admin.entity.js';
import { Backup } from './backups/backup.entity.js';
import { PreviousDatabase } from './backups/previous-database.entity.js';
import type { MasterConfig } from './master.config.js';
import { boundedDriver } from './pool/bounded-driver.js';
import { Operation } from './operations/operation.entity.js';
import { Plan } from './plans/plan.entity.js';
import { RolloutTenant } from './rollouts/rollout-tenant.entity.js';
import { Rollout } from './rollouts/rollout.entity.js';
import { MasterFirstFloor1795478400000 } from './schema/1795478400000-first-floor.js';
import { MasterRequests1795482000000 } from './schema/1795482000000-requests.js';
import { MasterCredentials1795485600000 } from './schema/1795485600000-credentials.js';
import { MasterServers1795489200000 } from './schema/1795489200000-servers.js';
import { MasterRollouts1795492800000 } from './schema/1795492800000-rollouts.js';
import { MasterManyTenants1795496400000 } from './schema/1795496400000-many-tenants.js';
import { Backups1795498200000 } from './schema/1795498200000-backups.js';
import { MasterSchedules1795500000000 } from './schema/1795500000000-schedules.js';
import { MasterStorage1795500600000 } from './schema/1795500600000-storage.js';
import { ScheduleRun } from './schedules/schedule-run.entity.js';
import { MasterAuditChain1795501200000 } from './schema/1795501200000-audit-chain.js';
import { MasterApiKeys1795503600000 } from './schema/1795503600000-api-keys.js';
import { MasterRestore1795565000000 } from './schema/1795565000000-restore.js';
import { MasterCompanyFiles1795566000000 } from './schema/1795566000000-company-files.js';
import { MasterWebhooks1795501800000 } from './schema/1795501800000-webhooks.js';
import { MasterCompanySecrets1795545000000 } from './schema/1795545000000-company-secrets.js';
import { DatabaseServer } from './servers/database-server.entity.js';
import { StorageDay } from './storage/storage-day.entity.js';
import { TenantDomain } from './tenants/tenant-domain.entity.js';
import { WebhookDelivery } from './webhooks/webhook-delivery.entity.js';
import { WebhookEndpoint } from './webhooks/webhook-endpoint.entity.js';
import { Tenant } from './tenants/tenant.entity.js';

export const MASTER_ENTITIES = [
  Tenant,
  TenantDomain,
  DatabaseServer,
  Plan,
  Admin,
  ApiKey,
  Operation,
  Backup,
  PreviousDatabase,
  Rollout,
  RolloutTenant,
  WebhookEndpoint,
  WebhookDelivery,
  ScheduleRun,
  StorageDay,
];

/** Requests that may wait for a connection to the master database. */
const QUEUE_MAX = 2_000;
const CONNECT_TIMEOUT_MS = 3_000;
const ACQUIRE_MS = 5_000;

/**
 * Connection settings of the master database; times are UTC, big numbers and DATE are text. Each wait for it has a
 * deadline. @param isMigrating statements may take as long as they take
 */
export const masterDataSourceOptions = (config: MasterConfig, { isMigrating = false } = {}): DataSourceOptions => ({
  type: 'mysql',
  driver: boundedDriver({
    acquireMs: ACQUIRE_MS,
    statementMs: isMigrating ? undefined : config.MASTER_DB_STATEMENT_TIMEOUT_MS,
  }),
  host: config.MASTER_DB_HOST,
  port: config.MASTER_DB_PORT,
  username: config.MASTER_DB_USER,
  password: config.MASTER_DB_PASSWORD,
  database: config.MASTER_DB_NAME,
  entities: MASTER_ENTITIES,
  migrations: [
    MasterFirstFloor1795478400000,
    MasterRequests1795482000000,
    MasterCredentials1795485600000,
    MasterServers1795489200000,
    MasterRollouts1795492800000,
    MasterManyTenants1795496400000,
    Backups1795498200000,
    MasterSchedules1795500000000,
    MasterStorage1795500600000,
    MasterAuditChain1795501200000,
    MasterWebhooks1795501800000,
    MasterApiKeys1795503600000,
    MasterCompanySecrets1795545000000,
    MasterRestore1795565000000,
    MasterCompanyFiles1795566000000,
  ],
  charset: 'utf8mb4',
  timezone: 'Z',
  dateStrings: ['DATE'],
  poolSize: config.MASTER_DB_POOL_MAX,
  connectTimeout: CONNECT_TIMEOUT_MS,
  extra: {
    maxIdle: 2,
    idleTimeout: 10_000,
    queueLimit: QUEUE_MAX,
    maxPreparedStatements: 100,
    enableKeepAlive: true,
  },
});
