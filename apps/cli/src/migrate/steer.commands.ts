import { malformed } from '@finvera/common';
import { FindRollouts, FindTenants, SteerRollout, toRolloutDto } from '@finvera/provisioning';
import type { INestApplicationContext } from '@nestjs/common';
import { CommandRunner, Option, SubCommand } from 'nest-commander';
import { cliActor } from '../cli-actor.js';
import { confirm } from '../confirm.js';
import { print } from '../output.js';
import { withPlatform } from '../platform-context.js';
import { Progress } from '../progress.js';
import { EXIT_FOUND, EXIT_INTERRUPTED } from '../exit-codes.js';
import { rolloutRow, watchRollout } from './watch-rollout.js';

const idOf = async (platform: INestApplicationContext, id: string | undefined) =>
  id ?? (await platform.get(FindRollouts).last()).rollout.id;

/** Shows it to its end, unless it is only to be left to the workers. */
async function follow(platform: INestApplicationContext, id: string, { wait, json }: FollowOptions): Promise<void> {
  if (wait === false) {
    const rollout = toRolloutDto(await platform.get(FindRollouts).one(id));
    return print([json ? rollout : rolloutRow(rollout)], json);
  }
  const { rollout, interrupted } = await watchRollout(platform, id, new Progress());
  print([json ? rollout : rolloutRow(rollout)], json);
  if (interrupted) process.exitCode = EXIT_INTERRUPTED;
  else if (rollout.counts.failed > 0 || rollout.status === 'stopped') process.exitCode = EXIT_FOUND;
}

interface FollowOptions {
  wait?: boolean;
  json?: boolean;
}

/** A command that shows the rollout to its end. */
abstract class FollowingCommand extends CommandRunner {
  @Option({ flags: '--no-wait', description: 'leave it to the workers' })
  wait(): boolean {
    return false;
  }

  @Option({ flags: '--json', description: 'print JSON' })
  json(): boolean {
    return true;
  }
}

@SubCommand({
  name: 'pause',
  arguments: '[rollout]',
  description: 'begin no further company; without an id the last rollout',
})
export class MigratePauseCommand extends CommandRunner {
  async run([id]: string[], { json }: { json?: boolean }): Promise<void> {
    await withPlatform(async (platform) => {
      const { id: paused } = await platform
        .get(SteerRollout)
        .pause(await idOf(platform, id), cliActor('migrate pause'));
      await follow(platform, paused, { wait: false, json });
    });
  }

  @Option({ flags: '--json', description: 'print JSON' })
  json(): boolean {
    return true;
  }
}

@SubCommand({ name: 'resume', arguments: '[rollout]', description: 'go on after a pause or a stop' })
export class MigrateResumeCommand extends FollowingCommand {
  async run([id]: string[], options: FollowOptions): Promise<void> {
    await withPlatform(async (platform) => {
      const { id: resumed } = await platform
        .get(SteerRollout)
        .resume(await idOf(platform, id), cliActor('migrate resume'));
      await follow(platform, resumed, options);
    });
  }
}

@SubCommand({
  name: 'rollback',
  arguments: '[rollout]',
  description: 'take back what a rollout migrated, by the migrations’ down; asks first',
})
export class MigrateRollbackCommand extends FollowingCommand {
  async run(
    [id]: string[],
    { wave, yes, ...options }: FollowOptions & { wave?: number; yes?: boolean },
  ): Promise<void> {
    await withPlatform(async (platform) => {
      const view = await platform.get(FindRollouts).one(await idOf(platform, id));
      const { id: rolloutId, counts, target_version } = toRolloutDto(view);
      const what = `${wave === undefined ? `${counts.done} companies` : `wave ${wave}`} of rollout ${rolloutId} back from ${target_version}`;
      await confirm(`Roll ${what}? What was written into new columns since is lost.`, yes);
      await platform.get(SteerRollout).rollback(rolloutId, wave, cliActor('migrate rollback'));
      await follow(platform, rolloutId, options);
    });
  }

  @Option({ flags: '--wave <n>', description: 'this wave alone' })
  wave(n: string): number {
    const wave = Number(n);
    if (!Number.isInteger(wave) || wave < 1) throw malformed(`--wave ${n} is not the number of a wave`);
    return wave;
  }

  @Option({ flags: '-y, --yes', description: 'do not ask' })
  yes(): boolean {
    return true;
  }
}

@SubCommand({
  name: 'resolve',
  arguments: '<company>',
  argsDescription: { company: 'id or subdomain' },
  description: 'say that what made a company fail is mended: its turn comes again',
})
export class MigrateResolveCommand extends FollowingCommand {
  async run([company]: string[], options: FollowOptions): Promise<void> {
    await withPlatform(async (platform) => {
      const tenant = await platform.get(FindTenants).named(company!);
      const rolloutId = await platform.get(FindRollouts).lastUnsettledOf(tenant.id);
      const { id } = await platform.get(SteerRollout).resolve(rolloutId, tenant.id, cliActor('migrate resolve'));
      await follow(platform, id, options);
    });
  }
}

@SubCommand({
  name: 'skip',
  arguments: '<company>',
  argsDescription: { company: 'id or subdomain' },
  description: 'leave a company that waits out of the last rollout; `resolve` brings it back',
})
export class MigrateSkipCommand extends FollowingCommand {
  async run([company]: string[], { reason, ...options }: FollowOptions & { reason?: string }): Promise<void> {
    await withPlatform(async (platform) => {
      const tenant = await platform.get(FindTenants).named(company!);
      const id = await idOf(platform, undefined);
      const because = reason ?? 'Skipped by finvera migrate skip.';
      await platform.get(SteerRollout).skip(id, tenant.id, because, cliActor('migrate skip'));
      await follow(platform, id, options);
    });
  }

  @Option({ flags: '--reason <text>', description: 'why' })
  reason(text: string): string {
    return text;
  }
}
