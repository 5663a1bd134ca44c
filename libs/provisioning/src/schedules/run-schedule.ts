import { DomainError, isUnreachable } from '@finvera/common';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { OperationLocks } from '../operations/operation-locks.js';
import { ScheduleRuns } from './schedule-runs.js';
import { SCHEDULES, type Schedule } from './schedule.js';

/** Processes that may end while they work on a run, before it is given up. */
const ATTEMPTS_MAX = 5;

interface RunEnd {
  result?: Record<string, number>;
  /** for people */
  error?: string;
}

/** Works on one run, under a lock that dies with the process. */
@Injectable()
export class RunSchedule {
  private readonly logger = new Logger(RunSchedule.name);

  constructor(
    @Inject(SCHEDULES) private readonly schedules: readonly Schedule[],
    private readonly runs: ScheduleRuns,
    private readonly locks: OperationLocks,
  ) {}

  /**
   * @param stopping aborted when the process is to end: a run that can stop early is left to another process
   * @returns false when another process has it, it is finished, or another run of its schedule is under way
   */
  async run(id: string, stopping?: AbortSignal): Promise<boolean> {
    const lock = await this.locks.tryAcquire(`run:${id}`);
    if (!lock) return false;
    try {
      const run = await this.runs.claim(id);
      if (!run) return false;
      const signal = stopping ? AbortSignal.any([lock.signal, stopping]) : lock.signal;
      const started = performance.now();
      const end = await this.work(run, signal);
      if (end.error !== undefined && signal.aborted) return true; // the row says running: whoever sees it free goes on
      const durationMs = performance.now() - started;
      await this.runs.finish(run, { ...end, durationMs });
      this.logger.log({
        msg: end.error === undefined ? 'schedule ran' : 'schedule failed',
        schedule: run.schedule,
        run_id: id,
        duration_ms: Math.round(durationMs),
        ...end,
      });
      return true;
    } finally {
      await lock.release();
    }
  }

  private async work(run: { id: string; schedule: string; attempts: number }, signal: AbortSignal): Promise<RunEnd> {
    const schedule = this.schedules.find(({ name }) => name === run.schedule);
    if (!schedule) return { error: `This release has no schedule ${run.schedule}.` };
    if (run.attempts > ATTEMPTS_MAX)
      return { error: `Given up: ${ATTEMPTS_MAX} processes ended while they worked on it.` };
    try {
      return { result: await schedule.run(signal) };
    } catch (error) {
      this.logger.error({ msg: 'schedule failed', schedule: run.schedule, run_id: run.id, err: error });
      return { error: explain(error) };
    }
  }
}

/** What people may see of a failure. */
function explain(error: unknown): string {
  if (error instanceof DomainError) return error.message;
  if (isUnreachable(error)) return 'The database server could not be reached.';
  return 'It failed; the log of the process has the details under the run’s id.';
}
