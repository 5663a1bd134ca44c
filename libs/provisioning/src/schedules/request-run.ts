import { type Actor, notFound } from '@finvera/common';
import { AuditLog, type ScheduleRun } from '@finvera/master-data';
import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { ScheduleRuns } from './schedule-runs.js';
import { SCHEDULES, type Schedule } from './schedule.js';

/** Enqueues a run that somebody asks for. */
@Injectable()
export class RequestRun {
  constructor(
    @InjectDataSource() private readonly master: DataSource,
    @Inject(SCHEDULES) private readonly schedules: readonly Schedule[],
    private readonly runs: ScheduleRuns,
    private readonly audit: AuditLog,
  ) {}

  /**
   * @returns the run; when one waits already, that one: it will do the work
   * @throws DomainError 404 `schedule_not_found`
   */
  async request(name: string, actor: Actor): Promise<ScheduleRun> {
    if (!this.schedules.some((schedule) => schedule.name === name))
      throw notFound('schedule', name, 'schedule_not_found');
    const waiting = (await this.runs.unfinished()).find((run) => run.schedule === name && run.status === 'queued');
    if (waiting) return waiting;
    const id = await this.master.transaction(async (tx) => {
      const enqueued = await this.runs.enqueue(tx, name, actor.name);
      await this.audit.record(tx, actor, {
        action: 'schedule.run_requested',
        objectType: 'schedule',
        objectId: name,
        after: { run_id: enqueued },
      });
      return enqueued;
    });
    return (await this.runs.find(id))!;
  }
}
