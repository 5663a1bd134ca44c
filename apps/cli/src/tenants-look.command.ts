import { PageQuery } from '@finvera/common';
import type { Tenant } from '@finvera/master-data';
import {
  ExamineTenant,
  FindBackups,
  FindTenants,
  ListSlowQueries,
  toBackupDto,
  toTenantDto,
} from '@finvera/provisioning';
import type { INestApplicationContext } from '@nestjs/common';
import { SubCommand } from 'nest-commander';
import { checked } from './checked.js';
import { EXIT_FOUND } from './exit-codes.js';
import { print, printOne } from './output.js';
import { ListingCommand, type PageOptions } from './listing-command.js';
import { withPlatform } from './platform-context.js';
import { PrintingCommand, type PrintOptions } from './printing-command.js';

const COMPANY = { arguments: '<company>', argsDescription: { company: 'id or subdomain' } };

/** Work with the company that is named. */
const withCompany = <T>(
  name: string | undefined,
  work: (platform: INestApplicationContext, tenant: Tenant) => Promise<T>,
): Promise<T> => withPlatform(async (platform) => work(platform, await platform.get(FindTenants).named(name!)));

@SubCommand({ name: 'show', ...COMPANY, description: 'show a company' })
export class TenantsShowCommand extends PrintingCommand {
  async run([company]: string[], { json }: PrintOptions): Promise<void> {
    printOne(toTenantDto(await withCompany(company, async (_, tenant) => tenant)), json);
  }
}

@SubCommand({ name: 'stats', ...COMPANY, description: 'measure a company’s database: size and tables' })
export class TenantsStatsCommand extends PrintingCommand {
  async run([company]: string[], { json }: PrintOptions): Promise<void> {
    const stats = await withCompany(company, (platform, tenant) => platform.get(ExamineTenant).stats(tenant));
    if (json) return printOne(stats, true);
    print(stats.tables, false);
    const { storage_used_mb: used, storage_limit_mb: limit, storage_used_percent: percent } = stats;
    process.stderr.write(`${used} of ${limit} MB, ${percent} %\n`);
  }
}

@SubCommand({
  name: 'health',
  ...COMPANY,
  description: 'whether a company’s database answers, and how fast; exit code 2 when it does not',
})
export class TenantsHealthCommand extends PrintingCommand {
  async run([company]: string[], { json }: PrintOptions): Promise<void> {
    const health = await withCompany(company, (platform, tenant) => platform.get(ExamineTenant).health(tenant));
    printOne(health, json);
    if (!health.database_accessible) process.exitCode = EXIT_FOUND;
  }
}

@SubCommand({ name: 'backups', ...COMPANY, description: 'what is kept of a company, and until when' })
export class TenantsBackupsCommand extends ListingCommand {
  async run([company]: string[], options: PageOptions): Promise<void> {
    const { page, limit, json } = options;
    const { backups, total } = await withCompany(company, async (platform, { id }) =>
      platform.get(FindBackups).ofTenant(id, await checked(PageQuery, { page, limit })),
    );
    const rows = backups.map(toBackupDto);
    print(
      json
        ? rows
        : rows.map(({ id, kind, status, size_mb, rows: count, created_at, verified_at, check_error, keep_until }) => ({
            backup: id,
            kind,
            status,
            size_mb,
            rows: count,
            created_at,
            verified_at,
            keep_until: keep_until ?? 'as long as it is needed',
            check_error: check_error ?? '',
          })),
      json,
    );
    this.sayMore(total, rows.length, options);
  }
}

@SubCommand({ name: 'slow-queries', ...COMPANY, description: 'recent slow statements of a company, newest first' })
export class TenantsSlowQueriesCommand extends ListingCommand {
  async run([company]: string[], options: PageOptions): Promise<void> {
    const { page, limit, json } = options;
    const { queries, total } = await withCompany(company, async (platform, { id }) =>
      platform.get(ListSlowQueries).list(id, await checked(PageQuery, { page, limit })),
    );
    print(queries, json);
    this.sayMore(total, queries.length, options);
  }
}

export const TENANTS_LOOK_COMMANDS = [
  TenantsShowCommand,
  TenantsStatsCommand,
  TenantsHealthCommand,
  TenantsBackupsCommand,
  TenantsSlowQueriesCommand,
];
