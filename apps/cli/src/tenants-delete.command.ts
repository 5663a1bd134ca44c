import { malformed } from '@finvera/common';
import type { Operation, Tenant } from '@finvera/master-data';
import { DeleteTenant, FindTenants } from '@finvera/provisioning';
import { Option, SubCommand } from 'nest-commander';
import { cliActor } from './cli-actor.js';
import { ask, confirm } from './confirm.js';
import { followOperation } from './follow-operation.js';
import { operationRow, printEnd } from './operations.command.js';
import { print } from './output.js';
import { withPlatform } from './platform-context.js';
import { PrintingCommand, type PrintOptions } from './printing-command.js';

const COMPANY = { arguments: '<company>', argsDescription: { company: 'id or subdomain' } };

interface EndOptions extends PrintOptions {
  wait?: boolean;
  dryRun?: boolean;
  yes?: boolean;
  name?: string;
}

/** Ends a company's life, or brings it back: says what it would do, asks, and follows the operation. */
abstract class EndingCommand extends PrintingCommand {
  async run([company]: string[], options: EndOptions): Promise<void> {
    const { wait, dryRun, json } = options;
    const operation = await withPlatform(async (platform) => {
      const tenant = await platform.get(FindTenants).named(company!);
      if (dryRun) {
        print([{ id: tenant.id, subdomain: tenant.subdomain, status: tenant.status, would: this.what(tenant) }], json);
        return undefined;
      }
      const started = await this.start(platform.get(DeleteTenant), tenant, options);
      return wait === false ? started : followOperation(platform, started);
    });
    if (!operation) return;
    if (wait === false) print([operationRow(operation)], json);
    else printEnd(operation, json);
  }

  protected abstract what(tenant: Tenant): string;
  protected abstract start(deleting: DeleteTenant, tenant: Tenant, options: EndOptions): Promise<Operation>;

  @Option({ flags: '--no-wait', description: 'come back when it is queued' })
  wait(): boolean {
    return false;
  }

  @Option({ flags: '--dry-run', description: 'only say what would happen' })
  dryRun(): boolean {
    return true;
  }
}

@SubCommand({
  name: 'delete',
  ...COMPANY,
  description:
    'close a company; its database goes after the grace period, until then `undelete` brings it back. Asks first',
})
export class TenantsDeleteCommand extends EndingCommand {
  protected what = ({ companyName }: Tenant) => `close ${companyName}; its database stays for the grace period`;

  protected async start(deleting: DeleteTenant, tenant: Tenant, { yes }: EndOptions): Promise<Operation> {
    await confirm(
      `Delete the company ${tenant.companyName} (${tenant.subdomain})? It can be undeleted for a time.`,
      yes,
    );
    return deleting.delete(tenant.id, cliActor('tenants delete'));
  }

  @Option({ flags: '-y, --yes', description: 'do not ask' })
  yes(): boolean {
    return true;
  }
}

@SubCommand({
  name: 'purge',
  ...COMPANY,
  description:
    'end a company at once and for good, after a last backup. Its name has to be typed, or given with --name',
})
export class TenantsPurgeCommand extends EndingCommand {
  protected what = ({ companyName, dbName }: Tenant) => `end ${companyName} for good and drop ${dbName}`;

  protected async start(deleting: DeleteTenant, tenant: Tenant, { name }: EndOptions): Promise<Operation> {
    const typed = name ?? (await ask(`This ends the company for good. Type its name (${tenant.companyName}): `));
    if (typed === '')
      throw malformed(`Give the company’s name in full with --name ${JSON.stringify(tenant.companyName)}.`);
    return deleting.purge(tenant.id, typed, cliActor('tenants purge'));
  }

  @Option({ flags: '--name <name>', description: 'the company’s name in full, instead of typing it' })
  name(text: string): string {
    return text;
  }
}

@SubCommand({ name: 'undelete', ...COMPANY, description: 'take a deletion back, within its grace period' })
export class TenantsUndeleteCommand extends EndingCommand {
  protected what = ({ companyName }: Tenant) => `bring ${companyName} back`;

  protected start = (deleting: DeleteTenant, { id }: Tenant): Promise<Operation> =>
    deleting.undelete(id, cliActor('tenants undelete'));
}

export const TENANTS_DELETE_COMMANDS = [TenantsDeleteCommand, TenantsPurgeCommand, TenantsUndeleteCommand];
