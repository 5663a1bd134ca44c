import { RefillWarmDatabases, WarmDatabaseStore } from '@finvera/provisioning';
import { Command, CommandRunner, Option } from 'nest-commander';
import { print } from './output.js';
import { withPlatform } from './platform-context.js';

interface WarmOptions {
  refill?: boolean;
  json?: boolean;
}

@Command({ name: 'warm-databases', description: 'databases that are ready for new companies' })
export class WarmDatabasesCommand extends CommandRunner {
  async run(_: string[], { refill, json }: WarmOptions): Promise<void> {
    const databases = await withPlatform(async (platform) => {
      if (refill) {
        const { built, dropped } = await platform.get(RefillWarmDatabases).run();
        process.stderr.write(`${built} made ready, ${dropped} dropped\n`);
      }
      return platform.get(WarmDatabaseStore).list();
    });
    print(
      databases.map(({ dbName, serverId, status, schemaVersion, createdAt }) => ({
        db_name: dbName,
        server_id: serverId,
        status,
        schema_version: schemaVersion,
        created_at: createdAt.toISOString(),
      })),
      json,
    );
  }

  @Option({
    flags: '--refill',
    description: 'make WARM_DATABASES_PER_SERVER ready now, instead of waiting for the worker',
  })
  refill(): boolean {
    return true;
  }

  @Option({ flags: '--json', description: 'print JSON' })
  json(): boolean {
    return true;
  }
}
