import { Inject, Injectable, Logger } from '@nestjs/common';
import { ScheduleRuns } from './schedule-runs.js';
import { lastTick, SCHEDULES, type Schedule } from './schedule.js';

/**
 * Enqueues what is due. Every process may do it as often as it likes: a tick is one row. Ticks that passed while nobody
 * looked are made up for by one run, of the last of them.
 */
@Injectable()
export class EnqueueDueSchedules {
  private readonly logger = new Logger(EnqueueDueSchedules.name);
  private readonly seen = new Map<string, number>();
  private readonly since = new Date();

  constructor(
    @Inject(SCHEDULES) private readonly schedules: readonly Schedule[],
    private readonly runs: ScheduleRuns,
  ) {}

  /** @returns how many ticks this process was the first to enqueue */
  async run(now = new Date()): Promise<number> {
    let enqueued = 0;
    for (const schedule of this.schedules) {
      const tick = lastTick(schedule, now);
      if (schedule.isOff || tick.getTime() <= (this.seen.get(schedule.name) ?? 0)) continue;
      try {
        // a platform that was set up a minute ago has nothing to make up for
        if (await this.runs.enqueueTick(schedule.name, tick, tick < this.since)) enqueued += 1;
        this.seen.set(schedule.name, tick.getTime());
      } catch (error) {
        this.logger.warn({
          msg: 'schedule not enqueued; the next look tries again',
          schedule: schedule.name,
          err: error,
        });
      }
    }
    return enqueued;
  }
}
