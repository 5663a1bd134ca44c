import { loadConfig } from '@finvera/common';
import { initMasterDatabase, MasterConfig } from '@finvera/master-data';
import { Command, CommandRunner } from 'nest-commander';
import { RemoteApi } from './remote/remote-api.js';
import { notRemote } from './remote/remote-platform.js';

@Command({
  name: 'init-master',
  description: 'make the master database, or bring it up to date; changes nothing that is there',
})
export class InitMasterCommand extends CommandRunner {
  async run(): Promise<void> {
    if (RemoteApi.fromEnvironment()) throw notRemote();
    const { database, migrations, adminEmail } = await initMasterDatabase(loadConfig(MasterConfig));
    process.stdout.write(`master database ${database} is ready`);
    process.stdout.write(
      migrations.length > 0 ? ` (migrations run: ${migrations.join(', ')})\n` : ' (nothing to migrate)\n',
    );
    if (adminEmail) process.stdout.write(`first admin: ${adminEmail}\n`);
  }
}
