import { AttachmentConfig, AttachmentsModule, VoucherTemplatesModule } from '@finvera/accounting';
import { loadConfig, PAGE_LIMIT_MAX, PageQuery } from '@finvera/common';
import { ListSchedules, RequestRun, RunSchedule, toScheduleDto, toScheduleRunDto } from '@finvera/provisioning';
import { Command, CommandRunner, Option, SubCommand } from 'nest-commander';
import { setTimeout as sleep } from 'node:timers/promises';
import { cliActor } from './cli-actor.js';
import { print } from './output.js';
import { withPlatform } from './platform-context.js';
import { PrintingCommand, type PrintOptions } from './printing-command.js';

const LOOK_EVERY_MS = 200;
const SCHEDULE = { arguments: '<schedule>', argsDescription: { schedule: 'name, as `schedules list` shows it' } };

@SubCommand({ name: 'list', description: 'what is done by the clock, and how it went last' })
export class SchedulesListCommand extends PrintingCommand {
  async run(_: string[], { json }: PrintOptions): Promise<void> {
    const schedules = (await withPlatform((platform) => platform.get(ListSchedules).list())).map(toScheduleDto);
    if (json) return print(schedules, true);
    print(
      schedules.map(({ name, every_seconds, next_run_at, last_run }) => ({
        name,
        every_seconds,
        next_run_at: next_run_at ?? 'off',
        last_run: last_run?.started_at ?? last_run?.created_at ?? 'never',
        status: last_run?.status,
        duration_ms: last_run?.duration_ms,
        result: last_run?.error ?? (last_run?.result && JSON.stringify(last_run.result)),
      })),
      false,
    );
  }
}

@SubCommand({ name: 'runs', ...SCHEDULE, description: 'the last runs of a schedule, newest first' })
export class SchedulesRunsCommand extends PrintingCommand {
  async run([name]: string[], { limit = 20, json }: PrintOptions & { limit?: number }): Promise<void> {
    const query = Object.assign(new PageQuery(), { limit: Math.min(Math.max(limit, 1), PAGE_LIMIT_MAX) });
    const { runs } = await withPlatform((platform) => platform.get(ListSchedules).runsOf(name!, query));
    print(
      runs.map(toScheduleRunDto).map((run) => (json ? run : rowOf(run))),
      json,
    );
  }

  @Option({ flags: '--limit <number>', description: `how many, ${PAGE_LIMIT_MAX} at most (20)` })
  limit(number: string): number {
    return Number(number) || 20;
  }
}

@SubCommand({
  name: 'run',
  ...SCHEDULE,
  description: 'run a schedule now, here or where a worker takes it, and wait for its end; exit code 1 when it failed',
})
export class SchedulesRunCommand extends PrintingCommand {
  async run([name]: string[], { json }: PrintOptions): Promise<void> {
    const run = await withPlatform(
      async (platform) => {
        const { id } = await platform.get(RequestRun).request(name!, cliActor('schedules run'));
        for (;;) {
          await platform.get(RunSchedule).run(id);
          const now = await platform.get(ListSchedules).one(name!, id);
          if (now.finishedAt) return toScheduleRunDto(now);
          await sleep(LOOK_EVERY_MS); // a worker has it, or another run of it is under way
        }
      },
      { imports: [VoucherTemplatesModule, AttachmentsModule.forRoot(loadConfig(AttachmentConfig))] },
    ); // of what is done in each company
    print([json ? run : rowOf(run)], json);
    if (run.status === 'failed') process.exitCode = 1;
  }
}

@Command({
  name: 'schedules',
  description: 'what the platform does by the clock',
  subCommands: [SchedulesListCommand, SchedulesRunsCommand, SchedulesRunCommand],
})
export class SchedulesCommand extends CommandRunner {
  async run(): Promise<void> {
    this.command.help();
  }
}

export const SCHEDULES_COMMANDS = [SchedulesCommand, SchedulesListCommand, SchedulesRunsCommand, SchedulesRunCommand];

const rowOf = (run: ReturnType<typeof toScheduleRunDto>) => ({
  schedule: run.schedule,
  status: run.status,
  requested_by: run.requested_by,
  started_at: run.started_at,
  duration_ms: run.duration_ms,
  result: run.error ?? (run.result && JSON.stringify(run.result)),
});
