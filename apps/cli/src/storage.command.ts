import { UpdateStorageStats } from '@finvera/provisioning';
import { Command, CommandRunner } from 'nest-commander';
import { withPlatform } from './platform-context.js';

@Command({ name: 'update-storage-stats', description: 'measure what each company’s database takes on disk' })
export class StorageCommand extends CommandRunner {
  async run(): Promise<void> {
    const measured = await withPlatform((platform) => platform.get(UpdateStorageStats).run());
    process.stdout.write(`${measured} companies measured\n`);
  }
}
