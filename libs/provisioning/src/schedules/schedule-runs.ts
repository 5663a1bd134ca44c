import { isDuplicate, newUuid } from '@finvera/common';
import { ScheduleRun } from '@finvera/master-data';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { hostname } from 'node:os';
import { DataSource, type EntityManager } from 'typeorm';

const UNFINISHED_MAX = 100;
const ERROR_MAX_LENGTH = 1_000;
const PROCESS = `${hostname().slice(0, 100)}:${process.pid}`;

/** The rows of runs: the queue and the record in one, so that nothing else has to be there for a run to happen. */
@Injectable()
export class ScheduleRuns {
  constructor(@InjectDataSource() private readonly master: DataSource) {}

  /**
   * Enqueues a tick, if no process has. While an earlier run waits it is recorded as skipped: that run does its work.
   * @param onlyAsMakeUp the tick passed while nobody looked: it is left out when the schedule never ran, or ran since
   * @returns whether this process was the first
   */
  async enqueueTick(schedule: string, dueAt: Date, onlyAsMakeUp: boolean): Promise<boolean> {
    const [state]: { latest: Date | null; waiting: number | null; same: number | null }[] = await this.master.query(
      `SELECT (SELECT started_at FROM schedule_runs WHERE schedule = ? AND started_at IS NOT NULL
            ORDER BY created_at DESC LIMIT 1) AS latest,
          (SELECT 1 FROM schedule_runs WHERE schedule = ? AND status = 'queued' LIMIT 1) AS waiting,
          (SELECT 1 FROM schedule_runs WHERE schedule = ? AND due_at = ?) AS same`,
      [schedule, schedule, schedule, dueAt],
    );
    const { latest, waiting, same } = state!;
    if (same || (onlyAsMakeUp && (!latest || latest >= dueAt))) return false;
    const status = waiting ? 'skipped' : 'queued';
    try {
      await this.master.query(
        `INSERT INTO schedule_runs (id, schedule, due_at, status, requested_by, finished_at)
           VALUES (?, ?, ?, ?, 'clock', CASE WHEN ? = 'skipped' THEN UTC_TIMESTAMP(6) END)`,
        [newUuid(), schedule, dueAt, status, status],
      );
      return true;
    } catch (error) {
      if (isDuplicate(error)) return false;
      throw error;
    }
  }

  async enqueue(tx: EntityManager, schedule: string, requestedBy: string): Promise<string> {
    const id = newUuid();
    await tx.query('INSERT INTO schedule_runs (id, schedule, requested_by) VALUES (?, ?, ?)', [
      id,
      schedule,
      requestedBy.slice(0, 254),
    ]);
    return id;
  }

  /** Runs that wait or are under way, oldest first, 100 at most. */
  unfinished(): Promise<ScheduleRun[]> {
    return this.master
      .getRepository(ScheduleRun)
      .createQueryBuilder('r')
      .where("r.status IN ('queued', 'running')")
      .orderBy('r.createdAt')
      .limit(UNFINISHED_MAX)
      .getMany();
  }

  find(id: string): Promise<ScheduleRun | null> {
    return this.master.getRepository(ScheduleRun).findOneBy({ id });
  }

  /**
   * Takes a run on. The caller holds its lock: one that is said to be running was left by a process that died.
   * @returns the run, or null when it is finished or another run of the same schedule is under way
   */
  async claim(id: string): Promise<ScheduleRun | null> {
    try {
      const { affectedRows }: { affectedRows: number } = await this.master.query(
        `UPDATE schedule_runs SET status = 'running', attempts = attempts + 1, started_at = UTC_TIMESTAMP(6), process = ?
          WHERE id = ? AND status IN ('queued', 'running')`,
        [PROCESS, id],
      );
      return affectedRows === 1 ? this.find(id) : null;
    } catch (error) {
      if (isDuplicate(error)) return null;
      throw error;
    }
  }

  /** Records the end, unless another process has taken the run over. */
  async finish(
    { id, attempts }: ScheduleRun,
    end: { durationMs: number; result?: Record<string, number>; error?: string },
  ): Promise<void> {
    await this.master.query(
      `UPDATE schedule_runs SET status = ?, finished_at = UTC_TIMESTAMP(6), duration_ms = ?, result = ?, error_message = ?
        WHERE id = ? AND status = 'running' AND attempts = ?`,
      [
        end.error === undefined ? 'succeeded' : 'failed',
        Math.round(end.durationMs),
        end.result ? JSON.stringify(end.result) : null,
        end.error?.slice(0, ERROR_MAX_LENGTH) ?? null,
        id,
        attempts,
      ],
    );
  }
}
