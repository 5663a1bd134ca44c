import { PurgeIdempotencyKeys, RemoveExpiredBackups } from '@finvera/provisioning';
import { Command, CommandRunner, Option } from 'nest-commander';
import { print } from './output.js';
import { withPlatform } from './platform-context.js';

@Command({
  name: 'retention',
  description:
    'end what is kept for a time and whose time is over: backups, idempotency keys (the worker does it hourly)',
})
export class RetentionCommand extends CommandRunner {
  async run(_: string[], { json }: { json?: boolean }): Promise<void> {
    const ended = await withPlatform(async (platform) => ({
      backups: await platform.get(RemoveExpiredBackups).run(),
      idempotency_keys: await platform.get(PurgeIdempotencyKeys).run(),
    }));
    print([ended], json);
  }

  @Option({ flags: '--json', description: 'print JSON' })
  json(): boolean {
    return true;
  }
}
