import { ApplyRetention } from '@finvera/provisioning';
import { Command, CommandRunner, Option } from 'nest-commander';
import { print } from './output.js';
import { withPlatform } from './platform-context.js';

@Command({
  name: 'retention',
  description:
    'end what is kept for a time and whose time is over: backups, idempotency keys, old operations and runs (the worker does it hourly)',
})
export class RetentionCommand extends CommandRunner {
  async run(_: string[], { json }: { json?: boolean }): Promise<void> {
    const ended = await withPlatform((platform) => platform.get(ApplyRetention).run());
    print([ended], json);
  }

  @Option({ flags: '--json', description: 'print JSON' })
  json(): boolean {
    return true;
  }
}
