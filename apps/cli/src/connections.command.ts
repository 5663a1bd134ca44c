import { ProcessRegistry } from '@finvera/provisioning';
import { unavailable } from '@finvera/common';
import { Command } from 'nest-commander';
import { setTimeout as sleep } from 'node:timers/promises';
import { print } from './output.js';
import { withPlatform } from './platform-context.js';
import { PrintingCommand, type PrintOptions } from './printing-command.js';

const LOOKS_MAX = 20;
const LOOK_EVERY_MS = 100;
const REDIS_AWAY = 'The processes tell each other through Redis, which is away; ask one: GET /api/admin/connections.';

@Command({ name: 'connections', description: 'what each process holds of the companies’ databases, at most 5 s old' })
export class ConnectionsCommand extends PrintingCommand {
  async run(_: string[], { json }: PrintOptions): Promise<void> {
    const processes = await withPlatform(async (platform) => {
      const registry = platform.get(ProcessRegistry);
      for (let look = 1; look < LOOKS_MAX; look += 1) {
        const found = await registry.others();
        if (found) return found;
        await sleep(LOOK_EVERY_MS); // until this command has reached Redis
      }
      return registry.others();
    });
    if (!processes) throw unavailable('redis_unavailable', REDIS_AWAY, 5);
    print(processes, json);
  }
}
