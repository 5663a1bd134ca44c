import { ArchiveInactiveTenants } from '@finvera/provisioning';
import { Command, CommandRunner, Option } from 'nest-commander';
import { print } from './output.js';
import { withPlatform } from './platform-context.js';

interface InactiveOptions {
  days?: number;
  dryRun?: boolean;
  json?: boolean;
}

@Command({
  name: 'archive-inactive',
  description: 'archive companies where nobody has been at work for long, 100 at a time; --dry-run only lists them',
})
export class ArchiveInactiveCommand extends CommandRunner {
  async run(_: string[], { days, dryRun, json }: InactiveOptions): Promise<void> {
    const tenants = await withPlatform((platform) => platform.get(ArchiveInactiveTenants).run({ days, dryRun }));
    print(tenants, json);
  }

  @Option({ flags: '--days <number>', description: 'days without anybody at work (ARCHIVE_INACTIVE_AFTER_DAYS)' })
  days(number: string): number {
    return Number(number);
  }

  @Option({ flags: '--dry-run', description: 'change nothing' })
  dryRun(): boolean {
    return true;
  }

  @Option({ flags: '--json', description: 'print JSON' })
  json(): boolean {
    return true;
  }
}
