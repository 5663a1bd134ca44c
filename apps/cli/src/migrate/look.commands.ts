import { FindRollouts, ListRolloutsQuery, toLaggardDto, toRolloutDto, toRolloutTenantDto } from '@finvera/provisioning';
import type { RolloutTenantStatus } from '@finvera/master-data';
import { CommandRunner, Option, SubCommand } from 'nest-commander';
import { checked } from '../checked.js';
import { ListingCommand, type PageOptions } from '../listing-command.js';
import { print } from '../output.js';
import { withPlatform } from '../platform-context.js';
import { EXIT_FOUND } from '../exit-codes.js';
import { rolloutRow } from './watch-rollout.js';

const LIMIT = 500;

@SubCommand({ name: 'list', description: 'rollouts, newest first' })
export class MigrateListCommand extends ListingCommand {
  async run(_: string[], options: PageOptions): Promise<void> {
    const { page, limit, json } = options;
    const { rollouts, total } = await withPlatform(async (platform) =>
      platform.get(FindRollouts).list(await checked(ListRolloutsQuery, { page, limit })),
    );
    const rows = rollouts.map(toRolloutDto);
    print(json ? rows : rows.map(rolloutRow), json);
    this.sayMore(total, rows.length, options);
  }
}

@SubCommand({
  name: 'status',
  arguments: '[rollout]',
  description: 'how a rollout stands; without an id the last one',
})
export class MigrateStatusCommand extends CommandRunner {
  async run([id]: string[], { tenants, json }: { tenants?: RolloutTenantStatus; json?: boolean }): Promise<void> {
    await withPlatform(async (platform) => {
      const find = platform.get(FindRollouts);
      const view = id ? await find.one(id) : await find.last();
      if (!tenants) return print([json ? toRolloutDto(view) : rolloutRow(toRolloutDto(view))], json);
      const { tenants: rows, total } = await find.tenants(view.rollout.id, { page: 1, limit: LIMIT, status: tenants });
      print(
        rows
          .map(toRolloutTenantDto)
          .map((row) => (json ? row : { ...row, error: row.error ? `${row.error.code}: ${row.error.message}` : '' })),
        json,
      );
      if (total > rows.length)
        process.stderr.write(`${total - rows.length} more; see GET /api/admin/rollouts/${view.rollout.id}/tenants\n`);
    });
  }

  @Option({
    flags: '--tenants <status>',
    description: 'its companies: pending, running, done, failed, skipped or rolled_back',
    choices: ['pending', 'running', 'done', 'failed', 'skipped', 'rolled_back'],
  })
  tenants(status: string): string {
    return status;
  }

  @Option({ flags: '--json', description: 'print JSON' })
  json(): boolean {
    return true;
  }
}

@SubCommand({
  name: 'laggards',
  description: 'companies that are behind: since when, and why; exit code 2 when there are some',
})
export class MigrateLaggardsCommand extends CommandRunner {
  async run(_: string[], { to, json }: { to?: string; json?: boolean }): Promise<void> {
    const { laggards, total } = await withPlatform((platform) =>
      platform.get(FindRollouts).laggards({ page: 1, limit: LIMIT, target: to }),
    );
    print(
      laggards.map(toLaggardDto).map((row) => (json ? row : { ...row, why: `${row.why.code}: ${row.why.message}` })),
      json,
    );
    if (total > laggards.length)
      process.stderr.write(`${total - laggards.length} more; see GET /api/admin/rollouts/laggards\n`);
    if (total > 0) process.exitCode = EXIT_FOUND;
  }

  @Option({ flags: '--to <version>', description: 'behind this version; default: the newest of this release' })
  to(version: string): string {
    return version;
  }

  @Option({ flags: '--json', description: 'print JSON' })
  json(): boolean {
    return true;
  }
}
