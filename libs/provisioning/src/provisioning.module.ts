import { type DynamicModule, Module } from '@nestjs/common';
import { ConnectionsController } from './connections/connections.controller.js';
import { CloseIdleConnections } from './connections/close-idle-connections.js';
import { ProcessRegistry } from './connections/process-registry.js';
import { ReadConnections } from './connections/read-connections.js';
import { ArchiveController } from './archive/archive.controller.js';
import { ArchiveInactiveTenants } from './archive/archive-inactive-tenants.js';
import { ArchiveTenant } from './archive/archive-tenant.js';
import { ArchiveTenantOperation } from './archive/archive-tenant.operation.js';
import { UnarchiveTenantOperation } from './archive/unarchive-tenant.operation.js';
import { CheckBooks } from './backups/check-books.js';
import { BackupFiles } from './backups/backup-files.js';
import { BackupsController } from './backups/backups.controller.js';
import { BackupStore } from './backups/backup-store.js';
import { BackupTenantOperation } from './backups/backup-tenant.operation.js';
import { BackupTenants } from './backups/backup-tenants.js';
import { BackUpMaster } from './master-backup/back-up-master.js';
import { StartBackup } from './backups/start-backup.js';
import { OpenBackup } from './backups/open-backup.js';
import { FindBackups } from './backups/find-backups.js';
import { LoadBackup } from './backups/load-backup.js';
import { RemoveExpiredBackups } from './backups/remove-expired-backups.js';
import { TakeBackup } from './backups/take-backup.js';
import { GiveUpDatabase } from './backups/give-up-database.js';
import { BackupMetrics } from './backups/backup-metrics.js';
import { StartVerification } from './backups/start-verification.js';
import { VerifyBackupOperation } from './backups/verify-backup.operation.js';
import { VerifyBackups } from './backups/verify-backups.js';
import { VerifyBackup } from './backups/verify-backup.js';
import { CensusController } from './census/census.controller.js';
import { CompareFiles } from './census/compare-files.js';
import { TakeCensus } from './census/take-census.js';
import { BulkController } from './bulk/bulk.controller.js';
import { CheckRows } from './bulk/check-rows.js';
import { CreateManyTenants } from './bulk/create-many-tenants.js';
import { SelectTenants } from './bulk/select-tenants.js';
import { SuspendMany } from './bulk/suspend-many.js';
import { CreateTenant } from './create-tenant/create-tenant.js';
import { CreateTenantOperation } from './create-tenant/create-tenant.operation.js';
import { RepeatedCreation } from './create-tenant/repeated-creation.js';
import { TenantDatabaseBuilder } from './create-tenant/tenant-database-builder.js';
import { CertifyErasure } from './delete-tenant/certify-erasure.js';
import { ChangeCredentials } from './credentials/change-credentials.js';
import { ChangeFleetCredentials } from './credentials/change-fleet-credentials.js';
import { CredentialsController } from './credentials/credentials.controller.js';
import { HardenTenantOperation, RotatePasswordOperation } from './credentials/credentials.operation.js';
import { DeleteTenant } from './delete-tenant/delete-tenant.js';
import { DeleteTenantOperation } from './delete-tenant/delete-tenant.operation.js';
import { PurgeAfterGrace } from './delete-tenant/purge-after-grace.js';
import { PurgeTenantOperation } from './delete-tenant/purge-tenant.operation.js';
import { UndeleteTenantOperation } from './delete-tenant/undelete-tenant.operation.js';
import { AddDomain } from './domains/add-domain.js';
import { DomainsController } from './domains/domains.controller.js';
import { ListDomains } from './domains/list-domains.js';
import { LookForChallenge } from './domains/look-for-challenge.js';
import { RecheckDomains } from './domains/recheck-domains.js';
import { RemoveDomain } from './domains/remove-domain.js';
import { VerifyDomain } from './domains/verify-domain.js';
import { MaintenanceController } from './maintenance/maintenance.controller.js';
import { SetMaintenance } from './maintenance/set-maintenance.js';
import { PoolMetrics } from './observation/pool-metrics.js';
import { DumpStore } from './dumps/dump-store.js';
import { openDumpStore } from './dumps/open-dump-store.js';
import { ListOperationKinds } from './operations/list-operation-kinds.js';
import { OPERATION_KINDS } from './operations/operation-kind.js';
import { OperationLocks } from './operations/operation-locks.js';
import { OperationMetrics } from './operations/operation-metrics.js';
import { OperationQueue } from './operations/operation-queue.js';
import { OperationRunner } from './operations/operation-runner.js';
import { OperationStore } from './operations/operation-store.js';
import { OperationWorker } from './operations/operation-worker.js';
import { OperationsController } from './operations/operations.controller.js';
import { OperateFleet } from './operations/operate-fleet.js';
import { ReconcileOperations } from './operations/reconcile-operations.js';
import { StartOperation } from './operations/start-operation.js';
import { SteerOperation } from './operations/steer-operation.js';
import { ProvisioningConfig } from './provisioning.config.js';
import { MeasureServers } from './servers/measure-servers.js';
import { ApplyRetention } from './retention/apply-retention.js';
import { PurgeIdempotencyKeys } from './retention/purge-idempotency-keys.js';
import { PurgeOldRecords } from './retention/purge-old-records.js';
import {
  ROLLOUT_CONTROLLERS,
  ROLLOUT_KINDS,
  ROLLOUT_PROVIDERS,
  ROLLOUT_USE_CASES,
  ROLLOUT_WORKERS,
} from './rollouts/rollout.providers.js';
import {
  RESTORE_CONTROLLERS,
  RESTORE_KINDS,
  RESTORE_PROVIDERS,
  RESTORE_USE_CASES,
} from './restore/restore.providers.js';
import { CreationTurns } from './servers/creation-turns.js';
import {
  SCHEDULE_CONTROLLERS,
  SCHEDULE_PROVIDERS,
  SCHEDULE_USE_CASES,
  SCHEDULE_WORKERS,
} from './schedules/schedule.providers.js';
import { AddServer } from './servers/add-server.js';
import { ChangeServer } from './servers/change-server.js';
import { ReadServers } from './servers/read-servers.js';
import { COMPANY_SCHEDULES, type CompanySchedule } from './schedules/company-schedule.js';
import { ServerConnections } from './servers/server-connections.js';
import { ServersController } from './servers/servers.controller.js';
import { ListSlowQueries } from './slow-queries/list-slow-queries.js';
import { SlowQueriesController } from './slow-queries/slow-queries.controller.js';
import { STORAGE_CONTROLLERS, STORAGE_PROVIDERS, STORAGE_USE_CASES } from './storage/storage.providers.js';
import { TENANT_SCHEMA, type TenantSchema } from './tenant-schema.js';
import { ChangeTenant } from './tenants/change-tenant.js';
import { ExamineTenant } from './tenants/examine-tenant.js';
import { FindTenants } from './tenants/find-tenants.js';
import { ListTenants } from './tenants/list-tenants.js';
import { TenantsController } from './tenants/tenants.controller.js';
import { RefillWarmDatabases } from './warm-databases/refill-warm-databases.js';
import { WarmDatabaseKeeper } from './warm-databases/warm-database-keeper.js';
import { WarmDatabaseStore } from './warm-databases/warm-database-store.js';

export interface ProvisioningOptions {
  config: ProvisioningConfig;
  schema: TenantSchema;
  /** What the clock does in each company. */
  companySchedules?: readonly CompanySchedule[];
  /** The routes under `/api/admin`. */
  http?: boolean;
  /** Work on operations that others queued or left behind. */
  worker?: boolean;
}

const CONTROLLERS = [
  BulkController,
  TenantsController,
  ArchiveController,
  BackupsController,
  ...RESTORE_CONTROLLERS,
  CensusController,
  OperationsController,
  ConnectionsController,
  SlowQueriesController,
  MaintenanceController,
  ...ROLLOUT_CONTROLLERS,
  ...SCHEDULE_CONTROLLERS,
  ...STORAGE_CONTROLLERS,
  DomainsController,
  CredentialsController,
  ServersController,
];

const KINDS = [
  CreateTenantOperation,
  DeleteTenantOperation,
  PurgeTenantOperation,
  UndeleteTenantOperation,
  BackupTenantOperation,
  VerifyBackupOperation,
  ArchiveTenantOperation,
  UnarchiveTenantOperation,
  ...RESTORE_KINDS,
  ...ROLLOUT_KINDS,
  RotatePasswordOperation,
  HardenTenantOperation,
];

const BULK = [CreateManyTenants, CheckRows, SuspendMany, SelectTenants];

const SERVERS = [ReadServers, AddServer, ChangeServer];

const DOMAINS = [AddDomain, ListDomains, VerifyDomain, RecheckDomains, RemoveDomain, LookForChallenge];

/** Everything that changes a tenant's life. */
@Module({})
export class ProvisioningModule {
  static forRoot({
    config,
    schema,
    companySchedules = [],
    http = false,
    worker = false,
  }: ProvisioningOptions): DynamicModule {
    return {
      module: ProvisioningModule,
      controllers: http ? CONTROLLERS : [],
      providers: [
        { provide: ProvisioningConfig, useValue: config },
        { provide: TENANT_SCHEMA, useValue: schema },
        { provide: COMPANY_SCHEDULES, useValue: companySchedules },
        ...KINDS,
        { provide: OPERATION_KINDS, inject: KINDS, useFactory: (...kinds: object[]) => kinds },
        OperationStore,
        OperationLocks,
        OperationQueue,
        OperationMetrics,
        OperationRunner,
        ReconcileOperations,
        StartOperation,
        SteerOperation,
        OperateFleet,
        ListOperationKinds,
        ServerConnections,
        MeasureServers,
        CreationTurns,
        TenantDatabaseBuilder,
        WarmDatabaseStore,
        RefillWarmDatabases,
        CreateTenant,
        RepeatedCreation,
        DeleteTenant,
        CertifyErasure,
        PurgeAfterGrace,
        ArchiveTenant,
        ArchiveInactiveTenants,
        { provide: DumpStore, useFactory: () => openDumpStore(config) },
        BackupStore,
        BackupFiles,
        TakeBackup,
        LoadBackup,
        VerifyBackup,
        CheckBooks,
        StartVerification,
        VerifyBackups,
        BackupMetrics,
        ...RESTORE_PROVIDERS,
        BackUpMaster,
        StartBackup,
        OpenBackup,
        BackupTenants,
        GiveUpDatabase,
        RemoveExpiredBackups,
        PurgeIdempotencyKeys,
        PurgeOldRecords,
        ApplyRetention,
        FindBackups,
        CompareFiles,
        TakeCensus,
        ...STORAGE_PROVIDERS,
        FindTenants,
        ListTenants,
        ...BULK,
        ChangeTenant,
        SetMaintenance,
        ...DOMAINS,
        ChangeCredentials,
        ChangeFleetCredentials,
        ...SERVERS,
        ExamineTenant,
        PoolMetrics,
        ProcessRegistry,
        CloseIdleConnections,
        ReadConnections,
        ListSlowQueries,
        ...ROLLOUT_PROVIDERS,
        ...SCHEDULE_PROVIDERS,
        ...(worker ? [OperationWorker, WarmDatabaseKeeper, ...ROLLOUT_WORKERS, ...SCHEDULE_WORKERS] : []),
      ],
      exports: [
        CreateTenant,
        DeleteTenant,
        ChangeTenant,
        SetMaintenance,
        ChangeCredentials,
        ChangeFleetCredentials,
        FindTenants,
        ListTenants,
        CreateManyTenants,
        SuspendMany,
        ExamineTenant,
        ...SERVERS,
        ProcessRegistry,
        CloseIdleConnections,
        SteerOperation,
        ListOperationKinds,
        PurgeAfterGrace,
        ArchiveTenant,
        ArchiveInactiveTenants,
        BackupTenants,
        OpenBackup,
        StartVerification,
        BackUpMaster,
        ...RESTORE_USE_CASES,
        ApplyRetention,
        TakeCensus,
        ...STORAGE_USE_CASES,
        MeasureServers,
        RefillWarmDatabases,
        WarmDatabaseStore,
        ...ROLLOUT_USE_CASES,
        ...SCHEDULE_USE_CASES,
        ...(worker ? SCHEDULE_WORKERS : []),
      ],
    };
  }
}
