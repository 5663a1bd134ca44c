import { Module } from '@nestjs/common';
import { FinveraCommand } from './finvera.command.js';
import { API_KEYS_COMMANDS } from './api-keys.command.js';
import { AUDIT_COMMANDS } from './audit.command.js';
import { ArchiveInactiveCommand } from './archive-inactive.command.js';
import { CensusCommand } from './census.command.js';
import { RetentionCommand } from './retention.command.js';
import { TenantsHardenCommand, TenantsRotatePasswordCommand } from './tenants-credentials.command.js';
import { InitMasterCommand } from './init-master.command.js';
import { KEYS_COMMANDS } from './keys.command.js';
import { MIGRATE_COMMANDS } from './migrate/migrate.command.js';
import { SCHEDULES_COMMANDS } from './schedules.command.js';
import { SERVERS_COMMANDS } from './servers.command.js';
import { StorageCommand } from './storage.command.js';
import { TenantsArchiveCommand, TenantsUnarchiveCommand } from './tenants-archive.command.js';
import { TenantsCreateCommand } from './tenants-create.command.js';
import { TenantsMaintenanceCommand } from './tenants-maintenance.command.js';
import { TenantsReactivateCommand, TenantsSuspendCommand } from './tenants-suspend.command.js';
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
    WarmDatabasesCommand,
    ArchiveInactiveCommand,
    CensusCommand,
    RetentionCommand,
    TenantsRotatePasswordCommand,
    TenantsHardenCommand,
    StorageCommand,
    ...SCHEDULES_COMMANDS,
    ...SERVERS_COMMANDS,
    ...AUDIT_COMMANDS,
    ...API_KEYS_COMMANDS,
    ...WEBHOOKS_COMMANDS,
    ...KEYS_COMMANDS,
    ...MIGRATE_COMMANDS,
  ],
})
export class CliModule {}
