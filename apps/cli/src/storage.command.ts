import { PAGE_LIMIT_MAX } from '@finvera/common';
import {
  FindTenants,
  MeasureTenant,
  ReadStorageHistory,
  StorageHistoryQuery,
  toStorageDayDto,
  toStorageDto,
  UpdateStorageStats,
} from '@finvera/provisioning';
import { Command, CommandRunner, Option, SubCommand } from 'nest-commander';
import { print } from './output.js';
import { withPlatform } from './platform-context.js';

interface JsonOptions {
  json?: boolean;
}

@Command({ name: 'update-storage-stats', description: 'measure what each company’s database takes on disk' })
export class StorageCommand extends CommandRunner {
  async run(_: string[], { json }: JsonOptions): Promise<void> {
    const measured = await withPlatform((platform) => platform.get(UpdateStorageStats).run());
    if (json) print([measured], true);
    else
      process.stdout.write(
        `${measured.tenants_measured} companies measured, ${measured.limits_applied} crossed a limit of their storage\n`,
      );
    if (measured.servers_not_measured > 0) {
      process.stderr.write(`${measured.servers_not_measured} database servers did not answer\n`);
      process.exitCode = 1;
    }
  }

  @Option({ flags: '--json', description: 'print JSON' })
  json(): boolean {
    return true;
  }
}

@SubCommand({
  name: 'storage',
  arguments: '<company>',
  argsDescription: { company: 'id or subdomain' },
  description:
    'what a company’s database takes on disk, as last measured; --measure does it now, --history shows the days',
})
export class TenantsStorageCommand extends CommandRunner {
  async run([company]: string[], { measure, history, json }: JsonOptions & { measure?: boolean; history?: boolean }) {
    const rows = await withPlatform(async (platform) => {
      const found = await platform.get(FindTenants).named(company!);
      const tenant = measure ? await platform.get(MeasureTenant).run(found.id) : found;
      if (!history) return [{ company: tenant.subdomain, status: tenant.status, ...toStorageDto(tenant) }];
      const query = Object.assign(new StorageHistoryQuery(), { limit: PAGE_LIMIT_MAX });
      return (await platform.get(ReadStorageHistory).list(tenant.id, query)).days.map(toStorageDayDto);
    });
    print(rows, json);
  }

  @Option({ flags: '--measure', description: 'measure it now' })
  measure(): boolean {
    return true;
  }

  @Option({ flags: '--history', description: `day by day, newest first, ${PAGE_LIMIT_MAX} days at most` })
  history(): boolean {
    return true;
  }

  @Option({ flags: '--json', description: 'print JSON' })
  json(): boolean {
    return true;
  }
}
