import { type Actor, malformed } from '@finvera/common';
import { MasterConfig } from '@finvera/master-data';
import { ChangeFleetCredentials, type FleetChange, FindTenants } from '@finvera/provisioning';
import type { INestApplicationContext } from '@nestjs/common';
import { CommandRunner, Option, SubCommand } from 'nest-commander';
import { cliActor } from './cli-actor.js';
import { EXIT_FOUND } from './exit-codes.js';
import { print } from './output.js';
import { withPlatform } from './platform-context.js';
import { Progress } from './progress.js';

const CONCURRENCY = 16;
const CONCURRENCY_MAX = 64;
const UNIT_SECONDS: Record<string, number> = { s: 1, m: 60, h: 3_600, d: 86_400 };

interface Options {
  all?: boolean;
  olderThan?: number;
  concurrency?: number;
  dryRun?: boolean;
  json?: boolean;
}

abstract class CredentialsCommand extends CommandRunner {
  @Option({ flags: '--concurrency <n>', description: `companies of one server at a time (${CONCURRENCY})` })
  concurrency(text: string): number {
    const number = Number(text);
    if (!Number.isInteger(number) || number < 1 || number > CONCURRENCY_MAX)
      throw malformed(`--concurrency must be a whole number from 1 to ${CONCURRENCY_MAX}`);
    return number;
  }

  @Option({ flags: '--dry-run', description: 'only say how many would be changed on each server' })
  dryRun(): boolean {
    return true;
  }

  @Option({ flags: '--json', description: 'print JSON' })
  json(): boolean {
    return true;
  }

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
      const progress = new Progress();
      if (fleet.change === 'harden') warnOfSharedUsers(platform, progress);
      const result = await credentials.run(change, actor, ({ total, changed, failed }) =>
        progress.show(`${changed} of ${total} changed${failed > 0 ? `, ${failed} failed` : ''}`),
      );
      progress.end();
      if (json) process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
      else if (result.failures.length > 0) print(result.failures, false);
      progress.say(`${result.changed} companies changed, ${result.failed} failed`);
      if (result.failed > 0) process.exitCode = EXIT_FOUND;
    });
  }
}

function warnOfSharedUsers(platform: INestApplicationContext, progress: Progress): void {
  if (!platform.get(MasterConfig).USE_SEPARATE_DB_USERS)
    progress.say('USE_SEPARATE_DB_USERS is false here: companies made with this setting share the server’s user.');
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
    const { all = false, olderThan } = options;
    if (all === (company !== undefined)) throw malformed('Name one company, by id or subdomain, or say --all.');
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
    const [, number, unit] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
    if (!number || !unit)
      throw malformed(`--older-than ${JSON.stringify(text)} is not an age; write 90d, 12h, 30m or 45s`);
    return Number(number) * UNIT_SECONDS[unit]!;
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
