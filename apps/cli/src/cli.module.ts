import { Module } from '@nestjs/common';
import { FinveraCommand } from './finvera.command.js';
import { API_KEYS_COMMANDS } from './api-keys.command.js';
import { AUDIT_COMMANDS } from './audit.command.js';
import { ArchiveInactiveCommand } from './archive-inactive.command.js';
import { BOOKS_COMMANDS } from './books.command.js';
import { CensusCommand } from './census.command.js';
import { RetentionCommand } from './retention.command.js';
import { TenantsHardenCommand, TenantsRotatePasswordCommand } from './tenants-credentials.command.js';
import { CompletionCommand } from './completion.command.js';
import { ConnectionsCommand } from './connections.command.js';
import { DOMAINS_COMMANDS } from './domains.command.js';
import { OPERATIONS_COMMANDS } from './operations.command.js';
import { PLANS_COMMANDS } from './plans.command.js';
import { ReferenceCommand } from './reference.command.js';
import { TENANTS_CHANGE_COMMANDS } from './tenants-change.command.js';
import { TENANTS_DELETE_COMMANDS } from './tenants-delete.command.js';
import { TENANTS_RESTORE_COMMANDS } from './tenants-restore.command.js';
import { TENANTS_LOOK_COMMANDS } from './tenants-look.command.js';
import { InitMasterCommand } from './init-master.command.js';
import { KEYS_COMMANDS } from './keys.command.js';
import { MASTER_COMMANDS } from './master.command.js';
import { MIGRATE_COMMANDS } from './migrate/migrate.command.js';
import { SCHEDULES_COMMANDS } from './schedules.command.js';
import { SERVERS_COMMANDS } from './servers.command.js';
import { StorageCommand, TenantsStorageCommand } from './storage.command.js';
import { TenantsArchiveCommand, TenantsUnarchiveCommand } from './tenants-archive.command.js';
import { TenantsBackupCommand, TenantsOpenBackupCommand } from './tenants-backup.command.js';
import { TenantsCreateCommand } from './tenants-create.command.js';
import { TenantsMaintenanceCommand } from './tenants-maintenance.command.js';
import { TenantsReactivateCommand, TenantsSuspendCommand } from './tenants-suspend.command.js';
import { USERS_COMMANDS } from './users.command.js';
import { WEBHOOKS_COMMANDS } from './webhooks.command.js';
import { WarmDatabasesCommand } from './warm-databases.command.js';
import { TenantsCommand, TenantsListCommand } from './tenants.command.js';

/** The `finvera` command. Each command opens only what it needs. */
@Module({
  providers: [
    FinveraCommand,
    InitMasterCommand,
    TenantsCommand,
    TenantsListCommand,
    TenantsCreateCommand,
    TenantsSuspendCommand,
    TenantsReactivateCommand,
    TenantsMaintenanceCommand,
    TenantsArchiveCommand,
    TenantsUnarchiveCommand,
    TenantsBackupCommand,
    TenantsOpenBackupCommand,
    WarmDatabasesCommand,
    ArchiveInactiveCommand,
    CensusCommand,
    RetentionCommand,
    TenantsRotatePasswordCommand,
    TenantsHardenCommand,
    StorageCommand,
    TenantsStorageCommand,
    ...SCHEDULES_COMMANDS,
    ...SERVERS_COMMANDS,
    ...AUDIT_COMMANDS,
    ...BOOKS_COMMANDS,
    ...USERS_COMMANDS,
    ...API_KEYS_COMMANDS,
    ...WEBHOOKS_COMMANDS,
    ...TENANTS_LOOK_COMMANDS,
    ...TENANTS_CHANGE_COMMANDS,
    ...TENANTS_RESTORE_COMMANDS,
    ...TENANTS_DELETE_COMMANDS,
    ...OPERATIONS_COMMANDS,
    ...DOMAINS_COMMANDS,
    ...PLANS_COMMANDS,
    ConnectionsCommand,
    CompletionCommand,
    ReferenceCommand,
    ...KEYS_COMMANDS,
    ...MASTER_COMMANDS,
    ...MIGRATE_COMMANDS,
  ],
})
export class CliModule {}
