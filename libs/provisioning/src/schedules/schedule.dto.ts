import { PageQuery } from '@finvera/common';
import { SCHEDULE_RUN_STATUSES, type ScheduleRun, type ScheduleRunStatus } from '@finvera/master-data';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import type { ScheduleState } from './list-schedules.js';

export class ScheduleRunDto {
  @ApiProperty({ example: '019a5b0e-7b1c-7c3e-9d2f-1a2b3c4d5e6f' }) id: string;
  @ApiProperty({ example: 'storage' }) schedule: string;
  @ApiProperty({
    enum: SCHEDULE_RUN_STATUSES,
    description: '`skipped`: when it was due, an earlier run still waited and does its work',
  })
  status: string;
  @ApiProperty({ nullable: true, type: String, description: 'tick of the clock; null: somebody asked for it' })
  due_at: string | null;
  @ApiProperty({ example: 'clock', description: '`clock`, or who asked for it' }) requested_by: string;
  @ApiProperty({ nullable: true, type: String, example: 'worker-1:4711', description: 'host and process id' })
  process: string | null;
  @ApiProperty({ example: 1, description: 'more than 1: a process ended while it worked on it' }) attempts: number;
  @ApiProperty() created_at: string;
  @ApiProperty({ nullable: true, type: String }) started_at: string | null;
  @ApiProperty({ nullable: true, type: String }) finished_at: string | null;
  @ApiProperty({ nullable: true, type: Number, example: 42 }) duration_ms: number | null;
  @ApiProperty({ nullable: true, type: Object, example: { tenants_measured: 120 } }) result: object | null;
  @ApiProperty({ nullable: true, type: String, description: 'why it failed' }) error: string | null;
}

export class ScheduleDto {
  @ApiProperty({ example: 'storage' }) name: string;
  @ApiProperty() description: string;
  @ApiProperty({ example: 3600 }) every_seconds: number;
  @ApiProperty({ nullable: true, type: String, description: 'null: the clock does not run it, by setting' })
  next_run_at: string | null;
  @ApiProperty({ nullable: true, type: ScheduleRunDto }) last_run: ScheduleRunDto | null;
}

export class ListScheduleRunsQuery extends PageQuery {
  @ApiPropertyOptional({ enum: SCHEDULE_RUN_STATUSES })
  @IsOptional()
  @IsIn(SCHEDULE_RUN_STATUSES)
  status?: ScheduleRunStatus;
}

export const toScheduleRunDto = (run: ScheduleRun): ScheduleRunDto => ({
  id: run.id,
  schedule: run.schedule,
  status: run.status,
  due_at: run.dueAt?.toISOString() ?? null,
  requested_by: run.requestedBy,
  process: run.process,
  attempts: run.attempts,
  created_at: run.createdAt.toISOString(),
  started_at: run.startedAt?.toISOString() ?? null,
  finished_at: run.finishedAt?.toISOString() ?? null,
  duration_ms: run.durationMs,
  result: run.result,
  error: run.errorMessage,
});

export const toScheduleDto = ({ schedule, nextRunAt, lastRun }: ScheduleState): ScheduleDto => ({
  name: schedule.name,
  description: schedule.description,
  every_seconds: schedule.everyMs / 1_000,
  next_run_at: nextRunAt?.toISOString() ?? null,
  last_run: lastRun && toScheduleRunDto(lastRun),
});
