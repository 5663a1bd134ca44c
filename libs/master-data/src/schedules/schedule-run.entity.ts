import { Column, Entity, PrimaryColumn } from 'typeorm';

/** `skipped`: when it was due, an earlier run had not begun yet and does its work as well. */
export const SCHEDULE_RUN_STATUSES = ['queued', 'running', 'succeeded', 'failed', 'skipped'] as const;
export type ScheduleRunStatus = (typeof SCHEDULE_RUN_STATUSES)[number];

/** One run of a schedule. */
@Entity('schedule_runs')
export class ScheduleRun {
  @PrimaryColumn('char', { length: 36 }) id: string;
  @Column('varchar', { length: 40 }) schedule: string;
  /** The tick of the clock; null when somebody asked for it. */
  @Column('datetime', { name: 'due_at', precision: 3, nullable: true }) dueAt: Date | null;
  @Column('enum', { enum: SCHEDULE_RUN_STATUSES }) status: ScheduleRunStatus;
  /** More than 1 when a process ended while it worked on it. */
  @Column('int', { unsigned: true }) attempts: number;
  @Column('varchar', { name: 'requested_by', length: 254 }) requestedBy: string;
  /** Host and process id of who worked on it. */
  @Column('varchar', { length: 120, nullable: true }) process: string | null;
  @Column('datetime', { name: 'started_at', precision: 6, nullable: true }) startedAt: Date | null;
  @Column('datetime', { name: 'finished_at', precision: 6, nullable: true }) finishedAt: Date | null;
  @Column('int', { name: 'duration_ms', unsigned: true, nullable: true }) durationMs: number | null;
  @Column('json', { nullable: true }) result: Record<string, number> | null;
  @Column('varchar', { name: 'error_message', length: 1000, nullable: true }) errorMessage: string | null;
  @Column({ type: 'datetime', name: 'created_at', precision: 6, insert: false, update: false }) createdAt: Date;
}
