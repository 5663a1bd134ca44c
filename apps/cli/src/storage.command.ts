import { PAGE_LIMIT_MAX } from '@finvera/common';
import {
  FindTenants,
  MeasureTenant,
  ReadStorage,
  StorageHistoryQuery,
  UpdateStorageStats,
} from '@finvera/provisioning';
import { Command, Option, SubCommand } from 'nest-commander';
import { print } from './output.js';
import { withPlatform } from './platform-context.js';
import { PrintingCommand, type PrintOptions } from './printing-command.js';

@Command({ name: 'update-storage-stats', description: 'measure what each company’s database takes on disk' })
export class StorageCommand extends PrintingCommand {
  async run(_: string[], { json }: PrintOptions): Promise<void> {
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
}

@SubCommand({
  name: 'storage',
  arguments: '<company>',
  argsDescription: { company: 'id or subdomain' },
  description:
    'what a company’s database takes on disk, as last measured; --measure does it now, --history shows the days',
})
export class TenantsStorageCommand extends PrintingCommand {
  async run([company]: string[], { measure, history, json }: PrintOptions & { measure?: boolean; history?: boolean }) {
    const rows = await withPlatform(async (platform) => {
      const { id, subdomain } = await platform.get(FindTenants).named(company!);
      const measured = measure && (await platform.get(MeasureTenant).run(id));
      const read = platform.get(ReadStorage);
      if (!history) return [{ company: subdomain, ...(measured || (await read.current(id))) }];
      const query = Object.assign(new StorageHistoryQuery(), { limit: PAGE_LIMIT_MAX });
      return (await read.history(id, query)).days;
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
}
