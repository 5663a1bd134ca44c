import { malformed, PageQuery } from '@finvera/common';
import type { Operation, Tenant } from '@finvera/master-data';
import {
  FindBackups,
  FindTenants,
  PreviousDatabases,
  RestoreBackupDto,
  type RestoreResult,
  StartRestore,
  StartVerification,
  toBackupDto,
  toPreviousDatabaseDto,
  type VerificationResult,
} from '@finvera/provisioning';
import type { INestApplicationContext } from '@nestjs/common';
import { Option, SubCommand } from 'nest-commander';
import { checked } from './checked.js';
import { cliActor } from './cli-actor.js';
import { confirm } from './confirm.js';
import { EXIT_FOUND } from './exit-codes.js';
import { followOperation } from './follow-operation.js';
import { operationRow, printEnd } from './operations.command.js';
import { ListingCommand, type PageOptions } from './listing-command.js';
import { print } from './output.js';
import { withPlatform } from './platform-context.js';
import { PrintingCommand, type PrintOptions } from './printing-command.js';

const COMPANY = { company: 'id or subdomain' };

interface RestoreOptions extends PrintOptions {
  wait?: boolean;
  yes?: boolean;
  copy?: boolean;
  as?: string;
  name?: string;
  readOnly?: boolean;
  writable?: boolean;
}

@SubCommand({
  name: 'restore',
  arguments: '<company> <backup>',
  argsDescription: {
    ...COMPANY,
    backup:
      'id, as `tenants backups` shows it; `latest`: the newest that is proved; `previous`: what the last restore replaced',
  },
  description:
    'put a backup in a company’s place, which is closed meanwhile, or with --copy beside it, as a company of its own. Asks before it replaces anything; `previous` takes a restore back',
})
export class TenantsRestoreCommand extends PrintingCommand {
  async run([company, backup]: string[], options: RestoreOptions): Promise<void> {
    const operation = await withPlatform(async (platform) => {
      const tenant = await platform.get(FindTenants).named(company!);
      const started = await this.start(platform, tenant, backup!, options);
      return options.wait === false ? started : followOperation(platform, started);
    });
    if (options.wait === false) print([operationRow(operation)], options.json);
    else if (options.json || operation.status !== 'succeeded') printEnd(operation, options.json);
    else print([resultOf(operation)], false);
  }

  private async start(
    platform: INestApplicationContext,
    tenant: Tenant,
    backup: string,
    { yes, copy, as: subdomain, name: company_name, readOnly, writable }: RestoreOptions,
  ): Promise<Operation> {
    const restore = platform.get(StartRestore);
    const read_only = writable ? false : readOnly;
    const actor = cliActor('tenants restore');
    const named = subdomain !== undefined || company_name !== undefined;
    if (!copy && (named || read_only !== undefined))
      throw malformed('--as, --name, --read-only and --writable are for a copy: say --copy.');
    if (backup === 'previous') {
      if (copy) throw malformed('`previous` is a database, not a backup: it can only be given back.');
      await confirm(`Give ${tenant.subdomain} back the database that its last restore replaced? What was written since then is not in it.`, yes); // biome-ignore format: one line
      return restore.startPrevious(tenant.id, actor);
    }
    const id = await backupOf(platform, tenant, backup);
    const request = await checked(RestoreBackupDto, {
      mode: copy ? 'copy' : 'replace',
      ...(named && { as: { ...(subdomain && { subdomain }), ...(company_name && { company_name }) } }),
      read_only,
    });
    if (!copy)
      await confirm(`Replace the books of ${tenant.companyName} (${tenant.subdomain}) by the backup ${id}? The company is closed meanwhile; \`previous\` takes it back.`, yes); // biome-ignore format: one line
    return restore.start(id, request, actor);
  }

  @Option({ flags: '--copy', description: 'a new company beside it, which goes on undisturbed' })
  copy(): boolean {
    return true;
  }

  @Option({ flags: '--as <subdomain>', description: 'with --copy: subdomain of the new company, which may be written' })
  as(text: string): string {
    return text;
  }

  @Option({ flags: '--name <name>', description: 'with --copy: name of the new company' })
  name(text: string): string {
    return text;
  }

  @Option({ flags: '--read-only', description: 'with --copy: it may only be read (when neither --as nor --name is given)' }) // biome-ignore format: one line
  readOnly(): boolean {
    return true;
  }

  @Option({ flags: '--writable', description: 'with --copy: it may be written' })
  writable(): boolean {
    return true;
  }

  @Option({ flags: '--no-wait', description: 'come back when it is queued' })
  wait(): boolean {
    return false;
  }

  @Option({ flags: '-y, --yes', description: 'do not ask' })
  yes(): boolean {
    return true;
  }
}

function resultOf({ id, status, state }: Operation) {
  const { subdomain, db_name, previous } = state.result as RestoreResult;
  return { operation: id, status, subdomain, db_name, previous_kept_until: previous?.keep_until ?? '' };
}

/** @returns the id of a backup of this company: another company's is never put in its place by a slip of the hand */
async function backupOf(platform: INestApplicationContext, { id, subdomain }: Tenant, named: string): Promise<string> {
  const find = platform.get(FindBackups);
  if (named !== 'latest') {
    const { tenantId } = await find.one(named);
    if (tenantId !== id) throw malformed(`The backup ${named} is not of ${subdomain}; see \`tenants backups\`.`);
    return named;
  }
  const { backups } = await find.ofTenant(id, Object.assign(new PageQuery(), { limit: 100 }));
  const newest = backups.map(toBackupDto).find(({ status }) => status === 'verified');
  if (!newest) throw malformed(`There is no proved backup of ${subdomain}; make one with \`tenants backup\`.`);
  return newest.id;
}

@SubCommand({
  name: 'previous-databases',
  arguments: '<company>',
  argsDescription: COMPANY,
  description: 'databases that restores of a company have replaced, and until when each is kept',
})
export class TenantsPreviousDatabasesCommand extends ListingCommand {
  async run([company]: string[], options: PageOptions): Promise<void> {
    const { page, limit, json } = options;
    const { previous, total } = await withPlatform(async (platform) => {
      const { id } = await platform.get(FindTenants).named(company!);
      return platform.get(PreviousDatabases).ofTenant(id, await checked(PageQuery, { page, limit }));
    });
    print(previous.map(toPreviousDatabaseDto), json);
    this.sayMore(total, previous.length, options);
  }
}

@SubCommand({
  name: 'verify-backup',
  arguments: '<backup>',
  argsDescription: { backup: 'id, as `tenants backups` shows it' },
  description: 'restore a backup on trial and compare; exit code 2 when it cannot be restored',
})
export class TenantsVerifyBackupCommand extends PrintingCommand {
  async run([backup]: string[], { json }: PrintOptions): Promise<void> {
    const operation = await withPlatform(async (platform) =>
      followOperation(
        platform,
        await platform.get(StartVerification).start(backup!, cliActor('tenants verify-backup')),
      ),
    );
    if (operation.status !== 'succeeded') return printEnd(operation, json);
    const result = operation.state.result as VerificationResult;
    print([result], json);
    if (!result.verified) process.exitCode = EXIT_FOUND;
  }
}

export const TENANTS_RESTORE_COMMANDS = [
  TenantsVerifyBackupCommand,
  TenantsRestoreCommand,
  TenantsPreviousDatabasesCommand,
];
