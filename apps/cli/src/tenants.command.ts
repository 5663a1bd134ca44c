import { PAGE_LIMIT_MAX } from '@finvera/common';
import { ListTenants, ListTenantsQuery } from '@finvera/provisioning';
import { Command, CommandRunner, Option, SubCommand } from 'nest-commander';
import { TenantsHardenCommand, TenantsRotatePasswordCommand } from './tenants-credentials.command.js';
import { checked } from './checked.js';
import { print } from './output.js';
import { ListingCommand, type PageOptions } from './listing-command.js';
import { withPlatform } from './platform-context.js';
import { TenantsStorageCommand } from './storage.command.js';
import { TenantsArchiveCommand, TenantsUnarchiveCommand } from './tenants-archive.command.js';
import { TenantsBackupCommand, TenantsOpenBackupCommand } from './tenants-backup.command.js';
import { TenantsCreateCommand } from './tenants-create.command.js';
import { TENANTS_CHANGE_COMMANDS } from './tenants-change.command.js';
import { TENANTS_DELETE_COMMANDS } from './tenants-delete.command.js';
import { TENANTS_LOOK_COMMANDS } from './tenants-look.command.js';
import { TenantsMaintenanceCommand } from './tenants-maintenance.command.js';
import { TENANTS_RESTORE_COMMANDS } from './tenants-restore.command.js';
import { TenantsReactivateCommand, TenantsSuspendCommand } from './tenants-suspend.command.js';

interface ListOptions extends PageOptions {
  status?: string;
  plan?: string;
  sharedUser?: boolean;
}

@SubCommand({ name: 'list', description: 'list companies, newest first' })
export class TenantsListCommand extends ListingCommand {
  protected override readonly limitDefault = PAGE_LIMIT_MAX;

  async run(_: string[], options: ListOptions): Promise<void> {
    const { page, limit = this.limitDefault, search, sort, status, plan, sharedUser, json } = options;
    const { tenants, total } = await withPlatform(async (platform) => {
      const separate_db_user = sharedUser ? 'false' : undefined;
      const query = { page, limit, search, sort, status, plan, separate_db_user };
      return platform.get(ListTenants).list(await checked(ListTenantsQuery, query));
    });
    print(
      tenants.map((tenant) => ({
        id: tenant.id,
        subdomain: tenant.subdomain,
        company_name: tenant.companyName,
        status: tenant.status,
        plan: tenant.subscriptionPlan,
        db_name: tenant.dbName,
        db_host: tenant.dbHost,
        db_user: tenant.dbUser ?? 'of the server',
      })),
      json,
    );
    this.sayMore(total, tenants.length, options);
  }

  @Option({ flags: '-s, --search <text>', description: 'part of name, subdomain or e-mail' })
  search(text: string): string {
    return text;
  }

  @Option({ flags: '--sort <field>', description: 'for example company_name, or -storage_used_mb: largest first' })
  sort(text: string): string {
    return text;
  }

  @Option({ flags: '--status <status>', description: 'active, suspended, archived, deleting, deleted …' })
  status(text: string): string {
    return text;
  }

  @Option({ flags: '--plan <plan>', description: 'those of a plan' })
  plan(text: string): string {
    return text;
  }

  @Option({ flags: '--shared-user', description: 'only those that share the database server’s user' })
  sharedUser(): boolean {
    return true;
  }
}

@Command({
  name: 'tenants',
  description: 'companies on the platform',
  subCommands: [
    TenantsListCommand,
    ...TENANTS_LOOK_COMMANDS,
    TenantsCreateCommand,
    ...TENANTS_CHANGE_COMMANDS,
    TenantsSuspendCommand,
    TenantsReactivateCommand,
    TenantsMaintenanceCommand,
    TenantsArchiveCommand,
    TenantsUnarchiveCommand,
    TenantsBackupCommand,
    TenantsOpenBackupCommand,
    ...TENANTS_RESTORE_COMMANDS,
    ...TENANTS_DELETE_COMMANDS,
    TenantsRotatePasswordCommand,
    TenantsHardenCommand,
    TenantsStorageCommand,
  ],
})
export class TenantsCommand extends CommandRunner {
  async run(): Promise<void> {
    this.command.help();
  }
}
