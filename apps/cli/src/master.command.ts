import { loadConfig } from '@finvera/common';
import { MasterConfig } from '@finvera/master-data';
import { BackUpMaster, type MasterManifest, ProvisioningConfig, RestoreMaster } from '@finvera/provisioning';
import { Command, CommandRunner, Option, SubCommand } from 'nest-commander';
import { cliActor } from './cli-actor.js';
import { print, printOne } from './output.js';
import { withPlatform } from './platform-context.js';
import { PrintingCommand, type PrintOptions } from './printing-command.js';
import { RemoteApi } from './remote/remote-api.js';
import { notRemote } from './remote/remote-platform.js';

const rowOf = ({ backup_id, created_at, companies, schema_version, file }: MasterManifest) => ({
  backup: backup_id,
  created_at,
  companies,
  schema_version,
  size_bytes: file.size_bytes,
});

/** Works also when there is no master database. */
function restoreMaster(): RestoreMaster {
  if (RemoteApi.fromEnvironment()) throw notRemote();
  return new RestoreMaster(loadConfig(MasterConfig), loadConfig(ProvisioningConfig));
}

@SubCommand({
  name: 'backup',
  description: 'write the master database into a sealed file of ARCHIVE_DIR, proved by a trial restore',
})
export class MasterBackupCommand extends PrintingCommand {
  async run(_: string[], { json }: PrintOptions): Promise<void> {
    const manifest = await withPlatform((platform) => platform.get(BackUpMaster).run(cliActor('master backup')));
    print([rowOf(manifest)], json);
  }
}

@SubCommand({
  name: 'backups',
  description: 'backups of the master database, newest first; asks the folder alone',
})
export class MasterBackupsCommand extends PrintingCommand {
  async run(_: string[], { json }: PrintOptions): Promise<void> {
    print((await restoreMaster().list()).map(rowOf), json);
  }
}

@SubCommand({
  name: 'restore',
  arguments: '<backup>',
  argsDescription: { backup: 'id, as `master backups` shows it, or `latest`' },
  description:
    'restore the master database into a database that does not exist yet, and compare; works when the master database is lost. Needs the ENCRYPTION_KEY of that time',
})
export class MasterRestoreCommand extends PrintingCommand {
  async run([backup]: string[], { into, json }: PrintOptions & { into?: string }): Promise<void> {
    const restored = await restoreMaster().run(backup!, into);
    printOne(restored, json);
    if (restored.unfinished_operations > 0)
      process.stderr.write(
        'Operations were under way when it was taken, and workers go on with them: see `finvera operations list` before one is started.\n',
      );
  }

  @Option({ flags: '--into <database>', description: 'name of the new database (MASTER_DB_NAME)' })
  into(text: string): string {
    return text;
  }
}

@Command({
  name: 'master',
  description: 'backups of the master database',
  subCommands: [MasterBackupCommand, MasterBackupsCommand, MasterRestoreCommand],
})
export class MasterCommand extends CommandRunner {
  async run(): Promise<void> {
    this.command.help();
  }
}

export const MASTER_COMMANDS = [MasterCommand, MasterBackupCommand, MasterBackupsCommand, MasterRestoreCommand];
