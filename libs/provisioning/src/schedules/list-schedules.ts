import { notFound, offsetOf, type PageQuery } from '@finvera/common';
import { ScheduleRun } from '@finvera/master-data';
import { Inject, Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Not, type Repository } from 'typeorm';
import { lastTick, SCHEDULES, type Schedule } from './schedule.js';

export interface ScheduleState {
  schedule: Schedule;
  /** null: the clock does not run it */
  nextRunAt: Date | null;
  /** the newest that was not skipped */
  lastRun: ScheduleRun | null;
}

/** Reads the schedules with how each went last, and their runs. */
@Injectable()
export class ListSchedules {
  constructor(
    @InjectRepository(ScheduleRun) private readonly runs: Repository<ScheduleRun>,
    @Inject(SCHEDULES) private readonly schedules: readonly Schedule[],
  ) {}

  async list(now = new Date()): Promise<ScheduleState[]> {
    const states: ScheduleState[] = [];
    for (const schedule of this.schedules)
      states.push({
        schedule,
        nextRunAt: schedule.isOff ? null : new Date(lastTick(schedule, now).getTime() + schedule.everyMs),
        lastRun: await this.runs.findOne({
          where: { schedule: schedule.name, status: Not('skipped') },
          order: { createdAt: 'DESC' },
        }),
      });
    return states;
  }

  /** Newest first. @throws DomainError 404 `schedule_not_found` */
  async runsOf(
    name: string,
    query: PageQuery & { status?: ScheduleRun['status'] },
  ): Promise<{ runs: ScheduleRun[]; total: number }> {
    if (!this.schedules.some((schedule) => schedule.name === name))
      throw notFound('schedule', name, 'schedule_not_found');
    const [runs, total] = await this.runs.findAndCount({
      where: { schedule: name, ...(query.status && { status: query.status }) },
      order: { createdAt: 'DESC', id: 'DESC' },
      skip: offsetOf(query),
      take: query.limit,
    });
    return { runs, total };
  }

  /** @throws DomainError 404 `schedule_run_not_found` */
  async one(name: string, id: string): Promise<ScheduleRun> {
    const isPlain = /^[\w-]+$/.test(id); // ids are ASCII, and so is their column
    const run = isPlain && (await this.runs.findOneBy({ id }));
    if (!run || run.schedule !== name) throw notFound('run', id, 'schedule_run_not_found');
    return run;
  }
}
