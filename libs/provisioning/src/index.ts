export {
  type CreateManyOptions,
  CreateManyTenants,
  type RowResult,
} from './bulk/create-many-tenants.js';
export { parseRows, type RowsFormat } from './bulk/parse-rows.js';
export { type CreateManySummary, summaryOf } from './bulk/summary.js';
export { type BulkChange, CHANGED_MAX, SuspendMany, type SuspendManyResult } from './bulk/suspend-many.js';
export { CloseIdleConnections } from './connections/close-idle-connections.js';
export { ProcessRegistry } from './connections/process-registry.js';
export { ArchiveInactiveTenants, type InactiveTenant } from './archive/archive-inactive-tenants.js';
export { ArchiveTenant } from './archive/archive-tenant.js';
export { TakeCensus } from './census/take-census.js';
export { CreateTenant, type CreatedTenant, type NewTenant } from './create-tenant/create-tenant.js';
export {
  ChangeFleetCredentials,
  type FleetChange,
  type FleetFailure,
  type FleetProgress,
  type FleetResult,
} from './credentials/change-fleet-credentials.js';
export { DeleteTenant } from './delete-tenant/delete-tenant.js';
export { PurgeAfterGrace } from './delete-tenant/purge-after-grace.js';
export { BeginMaintenanceDto, type MaintenanceDto, toMaintenanceDto } from './maintenance/maintenance.dto.js';
export { SetMaintenance } from './maintenance/set-maintenance.js';
export { RequestsUnderWay } from './observation/requests-under-way.js';
export { ListOperationKinds } from './operations/list-operation-kinds.js';
export { SteerOperation } from './operations/steer-operation.js';
export { platformTenancy } from './platform-tenancy.js';
export { ProvisioningConfig } from './provisioning.config.js';
export { ProvisioningModule, type ProvisioningOptions } from './provisioning.module.js';
export { MeasureServers } from './servers/measure-servers.js';
export { ApplyRetention } from './retention/apply-retention.js';
export { ExamineMigrations } from './rollouts/examine-migrations.js';
export { FindRollouts } from './rollouts/find-rollouts.js';
export { type RolloutPlanDto, toPlanDto } from './rollouts/plan.dto.js';
export { PlanRollout } from './rollouts/plan-rollout.js';
export { RehearseMigration } from './rollouts/rehearse-migration.operation.js';
export { type RolloutDto, toLaggardDto, toRolloutDto, toRolloutTenantDto } from './rollouts/rollout.dto.js';
export { CreateRolloutDto, ListRolloutsQuery, newRolloutOf } from './rollouts/rollout-requests.dto.js';
export { RolloutDriver } from './rollouts/rollout-driver.js';
export { type NewRollout, StartRollout } from './rollouts/start-rollout.js';
export { SteerRollout } from './rollouts/steer-rollout.js';
export { VerifySchemas } from './rollouts/verify-schemas.js';
export { ListSchedules } from './schedules/list-schedules.js';
export { RequestRun } from './schedules/request-run.js';
export { RunSchedule } from './schedules/run-schedule.js';
export { type ScheduleDto, type ScheduleRunDto, toScheduleDto, toScheduleRunDto } from './schedules/schedule.dto.js';
export { ScheduleRounds } from './schedules/schedule-rounds.js';
export { MeasureAfterGrowth } from './storage/measure-after-growth.js';
export { MeasureTenant } from './storage/measure-tenant.js';
export { ReadStorageHistory } from './storage/read-storage-history.js';
export { StorageHistoryQuery, toStorageDayDto, toStorageDto } from './storage/storage.dto.js';
export { type StorageMeasured, UpdateStorageStats } from './storage/update-storage-stats.js';
export type { AdministratorSeed, CompanySeed, TenantSchema } from './tenant-schema.js';
export { ChangeTenant } from './tenants/change-tenant.js';
export { ExamineTenant } from './tenants/examine-tenant.js';
export { FindTenants } from './tenants/find-tenants.js';
export { ListTenants } from './tenants/list-tenants.js';
export { RefillWarmDatabases } from './warm-databases/refill-warm-databases.js';
export { type WarmDatabase, WarmDatabaseStore } from './warm-databases/warm-database-store.js';
export { AddServer } from './servers/add-server.js';
export { ChangeServer } from './servers/change-server.js';
export { ReadServers } from './servers/read-servers.js';
export { AddServerDto, type ServerDto, UpdateServerDto } from './servers/server.dto.js';
export { toBackupDto } from './backups/backup.dto.js';
export { FindBackups } from './backups/find-backups.js';
export { AddDomain } from './domains/add-domain.js';
export { AddDomainDto, type DomainDto, toDomainDto, VerifyDomainDto } from './domains/domain.dto.js';
export { ListDomains } from './domains/list-domains.js';
export { RemoveDomain } from './domains/remove-domain.js';
export { VerifyDomain } from './domains/verify-domain.js';
export { ListOperationsQuery, type OperationDto, toOperationDto } from './operations/operation.dto.js';
export { ChangeUpgradeWindow } from './rollouts/change-upgrade-window.js';
export { toUpgradeWindowChange, toUpgradeWindowDto, UpgradeWindowChangeDto } from './rollouts/upgrade-window.dto.js';
export { ListSlowQueries } from './slow-queries/list-slow-queries.js';
export { ListTenantsQuery, type TenantDto, toTenantDto, UpdateTenantDto } from './tenants/tenant.dto.js';
