import { ListTenants } from '@finvera/provisioning';
import { Command, CommandRunner, Option, SubCommand } from 'nest-commander';
import { TenantsHardenCommand, TenantsRotatePasswordCommand } from './tenants-credentials.command.js';
import { print } from './output.js';
import { withPlatform } from './platform-context.js';
import { TenantsArchiveCommand, TenantsUnarchiveCommand } from './tenants-archive.command.js';
import { TenantsCreateCommand } from './tenants-create.command.js';
import { TenantsMaintenanceCommand } from './tenants-maintenance.command.js';

import { TenantsReactivateCommand, TenantsSuspendCommand } from './tenants-suspend.command.js';

const LIMIT = 500;

interface ListOptions {
  search?: string;
  sharedUser?: boolean;
  json?: boolean;
}

@SubCommand({ name: 'list', description: 'list companies, newest first' })
export class TenantsListCommand extends CommandRunner {
  async run(_: string[], { search, sharedUser, json }: ListOptions): Promise<void> {
    const { tenants, total } = await withPlatform((platform) =>
      platform
        .get(ListTenants)
        .list({ page: 1, limit: LIMIT, search, ...(sharedUser && { separate_db_user: 'false' }) }),
    );
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
    if (total > tenants.length) process.stderr.write(`${total - tenants.length} more; narrow it down with --search\n`);
  }

  @Option({ flags: '-s, --search <text>', description: 'part of name, subdomain or e-mail' })
  search(text: string): string {
    return text;
  }

  @Option({ flags: '--shared-user', description: 'only those that share the database server’s user' })
  sharedUser(): boolean {
    return true;
  }

  @Option({ flags: '--json', description: 'print JSON' })
  json(): boolean {
    return true;
  }
}

@Command({
  name: 'tenants',
  description: 'companies on the platform',
  subCommands: [
    TenantsListCommand,
    TenantsCreateCommand,
    TenantsSuspendCommand,
    TenantsReactivateCommand,
    TenantsMaintenanceCommand,
    TenantsArchiveCommand,
    TenantsUnarchiveCommand,
    TenantsRotatePasswordCommand,
    TenantsHardenCommand,
  ],
})
export class TenantsCommand extends CommandRunner {
  async run(): Promise<void> {
    this.command.help();
  }
}
