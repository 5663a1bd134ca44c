import { BackupTenants, FindBackups, FindTenants, OpenBackup, toBackupDto } from '@finvera/provisioning';
import { PageQuery } from '@finvera/common';
import { CommandRunner, Option, SubCommand } from 'nest-commander';
import { cliActor } from './cli-actor.js';
import { assertOneOrAll, FleetCommand, type FleetOptions, parseAge } from './fleet-command.js';
import { print } from './output.js';
import { withPlatform } from './platform-context.js';

@SubCommand({
  name: 'backup',
  arguments: '[company]',
  argsDescription: { company: 'id or subdomain' },
  description:
    'write a company’s database, or that of --all, into sealed files while they go on working, each proved by a trial restore; exit code 2 when some failed',
})
export class TenantsBackupCommand extends FleetCommand {
  async run([company]: string[], options: FleetOptions): Promise<void> {
    assertOneOrAll(company, options.all);
    const actor = cliActor('tenants backup');
    await withPlatform(async (platform) => {
      const backups = platform.get(BackupTenants);
      if (company === undefined) {
        const request = { olderThanSeconds: options.olderThan, concurrencyPerServer: options.concurrency };
        if (options.dryRun) return print(await backups.plan(request), options.json);
        return this.follow((onProgress) => backups.run(request, actor, { onProgress }), 'backed up', options);
      }
      const { id } = await platform.get(FindTenants).named(company);
      if (!options.dryRun) await backups.one(id, actor);
      const newest = await platform.get(FindBackups).ofTenant(id, Object.assign(new PageQuery(), { limit: 1 }));
      print(
        newest.backups.map(toBackupDto).map((backup) => (options.json ? backup : shown(backup))),
        options.json,
      );
    });
  }

  @Option({ flags: '--all', description: 'every company that has a database' })
  all(): boolean {
    return true;
  }

  @Option({ flags: '--older-than <age>', description: 'with --all: only those without a newer proved backup: 24h, 7d' })
  olderThan(text: string): number {
    return parseAge(text);
  }
}

@SubCommand({
  name: 'open-backup',
  arguments: '<backup>',
  argsDescription: { backup: 'id, as `tenants backups` shows it' },
  description:
    'write the SQL of a backup or archive to stdout, in clear; exit code 1 when the file is damaged or cut off',
})
export class TenantsOpenBackupCommand extends CommandRunner {
  async run([backup]: string[]): Promise<void> {
    const actor = cliActor('tenants open-backup');
    await withPlatform((platform) => platform.get(OpenBackup).run(backup!, process.stdout, actor));
    await new Promise((written) => process.stdout.write('', written)); // a pipe takes it later than we give it
  }
}

const shown = ({ id, kind, status, size_mb, rows, verified_at, keep_until }: ReturnType<typeof toBackupDto>) => ({
  id,
  kind,
  status,
  size_mb,
  rows,
  verified_at,
  keep_until,
});
