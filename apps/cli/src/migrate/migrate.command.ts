import { malformed, validationPipe } from '@finvera/common';
import {
  CreateRolloutDto,
  FindTenants,
  newRolloutOf,
  PlanRollout,
  type RolloutDto,
  type RolloutPlanDto,
  StartRollout,
  toPlanDto,
} from '@finvera/provisioning';
import type { INestApplicationContext } from '@nestjs/common';
import { Command, CommandRunner, Option } from 'nest-commander';
import { cliActor } from '../cli-actor.js';
import { print } from '../output.js';
import { withPlatform } from '../platform-context.js';
import { Progress } from '../progress.js';
import { EXIT_FOUND, EXIT_INTERRUPTED } from '../exit-codes.js';
import { MigrateLaggardsCommand, MigrateListCommand, MigrateStatusCommand } from './look.commands.js';
import { MigrateCheckCommand, MigrateRehearseCommand, MigrateVerifyCommand } from './prove.commands.js';
import {
  MigratePauseCommand,
  MigrateResolveCommand,
  MigrateResumeCommand,
  MigrateRollbackCommand,
  MigrateSkipCommand,
} from './steer.commands.js';
import { rolloutRow, watchRollout } from './watch-rollout.js';

interface MigrateOptions {
  to?: string;
  waves?: string[];
  stopAfterFailures?: number;
  concurrency?: number;
  allowLocking?: boolean;
  notBefore?: string;
  companies?: string[];
  canary?: string;
  dryRun?: boolean;
  wait?: boolean;
  json?: boolean;
}

const SUBCOMMANDS = [
  MigrateListCommand,
  MigrateStatusCommand,
  MigrateLaggardsCommand,
  MigratePauseCommand,
  MigrateResumeCommand,
  MigrateRollbackCommand,
  MigrateResolveCommand,
  MigrateSkipCommand,
  MigrateRehearseCommand,
  MigrateVerifyCommand,
  MigrateCheckCommand,
];

@Command({
  name: 'migrate',
  description: 'migrate the companies’ databases to this release’s schema, in waves; exit code 2 when some failed',
  subCommands: SUBCOMMANDS,
})
export class MigrateCommand extends CommandRunner {
  async run(unknown: string[], options: MigrateOptions): Promise<void> {
    if (unknown.length > 0) throw malformed(`There is no "migrate ${unknown[0]}"; see finvera migrate --help`);
    await withPlatform(async (platform) => {
      const request = newRolloutOf(await bodyOf(platform, options));
      if (options.dryRun) return printPlan(toPlanDto(await platform.get(PlanRollout).plan(request)), options.json);
      const { id } = await platform.get(StartRollout).start(request, cliActor('migrate'));
      const progress = new Progress();
      if (options.wait === false) return print([{ id }], options.json);
      const { rollout, interrupted } = await watchRollout(platform, id, progress);
      print([options.json ? rollout : rolloutRow(rollout)], options.json);
      say(progress, rollout, interrupted);
    });
  }

  @Option({ flags: '--to <version>', description: 'schema version; default: the newest of this release' })
  to(version: string): string {
    return version;
  }

  @Option({ flags: '--waves <sizes>', description: 'numbers, percentages, rest, separated by commas (1,1%,10%,rest)' })
  waves(sizes: string): string[] {
    return sizes.split(',').map((size) => size.trim());
  }

  @Option({ flags: '--stop-after-failures <n>', description: 'stop by itself after so many failures' })
  stopAfterFailures(n: string): number {
    return Number(n);
  }

  @Option({ flags: '--concurrency <n>', description: 'companies at a time on each database server' })
  concurrency(n: string): number {
    return Number(n);
  }

  @Option({ flags: '--allow-locking', description: 'lock large tables too where the engine cannot change them online' })
  allowLocking(): boolean {
    return true;
  }

  @Option({ flags: '--not-before <instant>', description: 'begin then, for example 2026-11-24T22:00:00Z' })
  notBefore(instant: string): string {
    return instant;
  }

  @Option({ flags: '--companies <list>', description: 'these alone: ids or subdomains, separated by commas' })
  companies(list: string): string[] {
    return list.split(',').map((company) => company.trim());
  }

  @Option({ flags: '--canary <company>', description: 'the one that goes first: id or subdomain' })
  canary(company: string): string {
    return company;
  }

  @Option({ flags: '--dry-run', description: 'say what would be done, and do nothing' })
  dryRun(): boolean {
    return true;
  }

  @Option({ flags: '--no-wait', description: 'start it and leave it to the workers' })
  wait(): boolean {
    return false;
  }

  @Option({ flags: '--json', description: 'print JSON' })
  json(): boolean {
    return true;
  }
}

/** What the HTTP route would be sent, under the same rules. */
async function bodyOf(platform: INestApplicationContext, options: MigrateOptions): Promise<CreateRolloutDto> {
  const idOf = async (company: string) => (await platform.get(FindTenants).named(company)).id;
  const body = {
    target_version: options.to,
    wave_sizes: options.waves,
    stop_after_failures: options.stopAfterFailures,
    concurrency_per_server: options.concurrency,
    allow_locking: options.allowLocking,
    not_before: options.notBefore,
    tenant_ids: options.companies && (await Promise.all(options.companies.map(idOf))),
    canary_tenant_id: options.canary && (await idOf(options.canary)),
  };
  return (await validationPipe().transform(body, { type: 'body', metatype: CreateRolloutDto })) as CreateRolloutDto;
}

function printPlan(plan: RolloutPlanDto, json: boolean | undefined): void {
  if (json) {
    process.stdout.write(`${JSON.stringify(plan, null, 2)}\n`);
    return;
  }
  const { left_out: leftOut } = plan;
  process.stdout.write(
    `to ${plan.target_version}: ${plan.tenants_total} companies in waves of ${plan.waves.join(', ') || '0'}; ` +
      `about ${plan.estimated_seconds ?? 0} s (by ${plan.estimated_from})\n` +
      `left out: ${leftOut.held} held, ${leftOut.unresolved_failures} failed before; ${leftOut.with_window} wait for a window of theirs\n`,
  );
  for (const { version, tenants } of plan.from_versions)
    process.stdout.write(`  from ${version ?? 'none'}: ${tenants}\n`);
  for (const migration of plan.migrations) {
    process.stdout.write(`${migration.name} (${migration.phase}, release ${migration.release})\n`);
    for (const { up, way, would_lock: locks } of migration.statements) {
      process.stdout.write(`  ${way ?? 'data or a new object'}: ${up.replace(/\s+/g, ' ').slice(0, 160)}\n`);
      for (const { subdomain, table, rows } of locks)
        process.stdout.write(`    would lock table ${table} of ${rows} rows: ${subdomain}\n`);
    }
  }
}

function say(progress: Progress, { id, status, counts, reason }: RolloutDto, interrupted: boolean): void {
  if (interrupted) {
    progress.say(`Left to the workers; see it with: finvera migrate status ${id}`);
    process.exitCode = EXIT_INTERRUPTED;
    return;
  }
  if (counts.failed === 0 && status === 'succeeded') return;
  progress.say(
    `The rollout is ${status}${reason ? `: ${reason}` : '.'} See finvera migrate status ${id} --tenants failed`,
  );
  process.exitCode = EXIT_FOUND;
}

export const MIGRATE_COMMANDS = [MigrateCommand, ...SUBCOMMANDS];
