import { EnqueueDueSchedules } from './enqueue-due-schedules.js';
import { ListSchedules } from './list-schedules.js';
import { PlatformSchedules } from './platform-schedules.js';
import { RequestRun } from './request-run.js';
import { RunInCompanies } from './run-in-companies.js';
import { RunSchedule } from './run-schedule.js';
import { ScheduleRounds } from './schedule-rounds.js';
import { ScheduleRuns } from './schedule-runs.js';
import { SCHEDULES } from './schedule.js';
import { SchedulesController } from './schedules.controller.js';

/** What ProvisioningModule takes of this folder. */
export const SCHEDULE_CONTROLLERS = [SchedulesController];
export const SCHEDULE_USE_CASES = [ListSchedules, RequestRun, RunSchedule];
export const SCHEDULE_PROVIDERS = [
  PlatformSchedules,
  { provide: SCHEDULES, inject: [PlatformSchedules], useFactory: ({ all }: PlatformSchedules) => all },
  ScheduleRuns,
  RunInCompanies,
  ...SCHEDULE_USE_CASES,
];
export const SCHEDULE_WORKERS = [EnqueueDueSchedules, ScheduleRounds];
