import type { Actor } from '@finvera/common';
import { MasterConfig } from '@finvera/master-data';
import { ChangeFleetCredentials, type FleetChange, FindTenants } from '@finvera/provisioning';
import type { INestApplicationContext } from '@nestjs/common';
import { Option, SubCommand } from 'nest-commander';
import { cliActor } from './cli-actor.js';
import { assertOneOrAll, FleetCommand, type FleetOptions, parseAge } from './fleet-command.js';
import { print } from './output.js';
import { withPlatform } from './platform-context.js';

const CONCURRENCY = 16;
type Options = FleetOptions;

abstract class CredentialsCommand extends FleetCommand {
  protected async changeOne(company: string, change: FleetChange['change'], { dryRun, json }: Options, actor: Actor) {
    await withPlatform(async (platform) => {
      const { id, subdomain, dbUser } = await platform.get(FindTenants).named(company);
      if (!dryRun) await platform.get(ChangeFleetCredentials).changeOne(change, id, actor);
      const user = dryRun ? dbUser : (await platform.get(FindTenants).one(id)).dbUser;
      print([{ id, subdomain, db_user: user ?? 'of the server' }], json);
    });
  }

  protected async changeAll(
    fleet: Pick<FleetChange, 'change' | 'olderThanSeconds'>,
    { concurrency = CONCURRENCY, dryRun, json }: Options,
    actor: Actor,
  ): Promise<void> {
    await withPlatform(async (platform) => {
      const credentials = platform.get(ChangeFleetCredentials);
      const change = { ...fleet, concurrencyPerServer: concurrency };
      if (dryRun) return print(await credentials.plan(change), json);
      if (fleet.change === 'harden') warnOfSharedUsers(platform);
      await this.follow((onProgress) => credentials.run(change, actor, onProgress), 'changed', { json });
    });
  }
}

function warnOfSharedUsers(platform: INestApplicationContext): void {
  if (!platform.get(MasterConfig).USE_SEPARATE_DB_USERS)
    process.stderr.write(
      'USE_SEPARATE_DB_USERS is false here: companies made with this setting share the server’s user.\n',
    );
}

@SubCommand({
  name: 'rotate-password',
  arguments: '[company]',
  argsDescription: { company: 'id or subdomain' },
  description:
    'change the password of a company’s database user, or of --all; exit code 2 when some could not be changed',
})
export class TenantsRotatePasswordCommand extends CredentialsCommand {
  async run([company]: string[], options: Options): Promise<void> {
    const { all, olderThan } = options;
    assertOneOrAll(company, all);
    const actor = cliActor('tenants rotate-password');
    if (company === undefined) await this.changeAll({ change: 'rotate', olderThanSeconds: olderThan }, options, actor);
    else await this.changeOne(company, 'rotate', options, actor);
  }

  @Option({ flags: '--all', description: 'every company that has a database user of its own' })
  all(): boolean {
    return true;
  }

  @Option({ flags: '--older-than <age>', description: 'only passwords older than this: 90d, 12h, 30m, 45s' })
  olderThan(text: string): number {
    return parseAge(text);
  }
}

@SubCommand({
  name: 'harden',
  arguments: '[company]',
  argsDescription: { company: 'id or subdomain; all when left away' },
  description:
    'give companies that share the server’s user a database user of their own; exit code 2 when some could not be changed',
})
export class TenantsHardenCommand extends CredentialsCommand {
  async run([company]: string[], options: Options): Promise<void> {
    const actor = cliActor('tenants harden');
    if (company === undefined) await this.changeAll({ change: 'harden' }, options, actor);
    else await this.changeOne(company, 'harden', options, actor);
  }
}
