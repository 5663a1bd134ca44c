import { type BeforeApplicationShutdown, Injectable, Logger } from '@nestjs/common';
import { EnqueueDueSchedules } from './enqueue-due-schedules.js';
import { RunSchedule } from './run-schedule.js';
import { ScheduleRuns } from './schedule-runs.js';

/** What a worker does at each look: enqueues what is due, and begins the runs that nobody works on. */
@Injectable()
export class ScheduleRounds implements BeforeApplicationShutdown {
  private readonly logger = new Logger(ScheduleRounds.name);
  private looking = false;
  private readonly stopping = new AbortController();
  /** at most one run of each schedule can be claimed, so at most as many are worked on */
  private readonly underWay = new Map<string, Promise<void>>();

  constructor(
    private readonly enqueue: EnqueueDueSchedules,
    private readonly runs: ScheduleRuns,
    private readonly runSchedule: RunSchedule,
  ) {}

  /** Comes back when the runs have begun. A look that comes while one is under way does nothing. */
  async look(): Promise<void> {
    if (this.looking || this.stopping.signal.aborted) return;
    this.looking = true;
    try {
      await this.enqueue.run();
      for (const { id } of await this.runs.unfinished())
        if (!this.underWay.has(id) && !this.stopping.signal.aborted) this.begin(id);
    } catch (error) {
      this.logger.warn({ msg: 'could not look for schedules; the next look tries again', err: error });
    } finally {
      this.looking = false;
    }
  }

  /** What is under way comes to its end, or to where another process can go on. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.abort(new Error('the process ends'));
    await Promise.all(this.underWay.values());
  }

  private begin(id: string): void {
    const work = this.runSchedule
      .run(id, this.stopping.signal)
      .then(
        () => undefined,
        (error: unknown) => this.logger.warn({ msg: 'run left for the next look', run_id: id, err: error }),
      )
      .finally(() => this.underWay.delete(id));
    this.underWay.set(id, work);
  }
}
