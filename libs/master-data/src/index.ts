export { ActiveApiKeys, API_KEY_PREFIX } from './api-keys/active-api-keys.js';
export { API_KEY_AREAS, isAllowed } from './api-keys/api-key-scopes.js';
export { ApiKey } from './api-keys/api-key.entity.js';
export { ApiKeyDto, CreateApiKeyDto, ListApiKeysQuery, toApiKeyDto } from './api-keys/api-key.dto.js';
export { ChangeApiKeys } from './api-keys/change-api-keys.js';
export { FindApiKeys } from './api-keys/find-api-keys.js';
export { ActiveAdmins } from './admins/active-admins.js';
export { Admin } from './admins/admin.entity.js';
export { AuditLog, type AuditRecord } from './audit-log/audit-log.js';
export { AuditEntryDto, type AuditExportFormat, AuditLogFilter, AuditLogQuery } from './audit-log/audit-log.dto.js';
export { ExportAuditLog } from './audit-log/export-audit-log.js';
export { ListAuditLog } from './audit-log/list-audit-log.js';
export { PruneAuditLog } from './audit-log/prune-audit-log.js';
export { SealAuditLog } from './audit-log/seal-audit-log.js';
export { type AuditVerification, VerifyAuditLog } from './audit-log/verify-audit-log.js';
export { ENCRYPTED_COLUMNS, type EncryptedColumn, KEY_CHECK_COLUMNS } from './encryption/encrypted-columns.js';
export { encryptionKeysOf } from './encryption/encryption-keys.js';
export { type KeyRole, KeyStatus, type SecretsOfKey } from './encryption/key-status.js';
export { RotateKeys, type RotateKeysResult, type RotatedColumn } from './encryption/rotate-keys.js';
export {
  BACKUP_KINDS,
  BACKUP_STATUSES,
  Backup,
  type BackupKind,
  type BackupStatus,
  type DatabaseContents,
  type TableContents,
} from './backups/backup.entity.js';
export { PreviousDatabase } from './backups/previous-database.entity.js';
export { SEARCH_ENTRY_LENGTH } from './schema/many-tenants.tables.js';
export { type InitMasterResult, initMasterDatabase } from './init-master-database.js';
export { MasterConfig } from './master.config.js';
export { MasterDataModule } from './master-data.module.js';
export { MASTER_ENTITIES, masterDataSourceOptions } from './master-data-source.js';
export { OPERATION_STATUSES, Operation, type OperationStatus } from './operations/operation.entity.js';
export { ListPlans } from './plans/list-plans.js';
export { toPlanDto } from './plans/plan.dto.js';
export { Plan, SEEDED_PLANS } from './plans/plan.entity.js';
export {
  ROLLOUT_TENANT_STATUSES,
  RolloutTenant,
  type RolloutTenantStatus,
} from './rollouts/rollout-tenant.entity.js';
export { ROLLOUT_STATUSES, Rollout, type RolloutStatus } from './rollouts/rollout.entity.js';
export { SCHEDULE_RUN_STATUSES, ScheduleRun, type ScheduleRunStatus } from './schedules/schedule-run.entity.js';
export {
  DatabaseServer,
  PLACEMENT_CLASSES,
  type PlacementClass,
  SERVER_STATUSES,
  type ServerStatus,
} from './servers/database-server.entity.js';
export { StorageDay } from './storage/storage-day.entity.js';
export { STORAGE_LEVELS, type StorageLevel, TENANT_STATUSES, Tenant } from './tenants/tenant.entity.js';
export { type Maintenance, readMaintenance } from './tenants/maintenance.js';
export { noteActivity, TenantActivity } from './tenants/tenant-activity.js';
export { TenantChangeBus } from './tenants/tenant-change-bus.js';
export { TenantDomain } from './tenants/tenant-domain.entity.js';
export { MasterTenantDirectory } from './tenants/tenant-directory.js';
export { jwtSecretsOf } from './jwt-secret.js';
export { ChangeEndpoints } from './webhooks/change-endpoints.js';
export { FindWebhooks } from './webhooks/find-webhooks.js';
export { RemoveOldDeliveries } from './webhooks/remove-old-deliveries.js';
export { ReplayDeliveries } from './webhooks/replay-deliveries.js';
export { TestEndpoint } from './webhooks/test-endpoint.js';
export { WebhookDelivery } from './webhooks/webhook-delivery.entity.js';
export { WebhookEndpoint } from './webhooks/webhook-endpoint.entity.js';
export { ListDeliveriesQuery, toDeliveryDto, WebhookDeliveryDto } from './webhooks/webhook-delivery.dto.js';
export {
  AddEndpointDto,
  ChangeEndpointDto,
  toEndpointDto,
  WebhookEndpointDto,
} from './webhooks/webhook-endpoint.dto.js';
export { WebhooksModule } from './webhooks/webhooks.module.js';
