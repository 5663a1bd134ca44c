import type { TenantScope } from '@finvera/tenancy';

/** Work that is done by the clock in each company that is at work; the app that wires the platform says which there is. */
export interface CompanySchedule {
  /** as routes, commands and records call it */
  readonly name: string;
  readonly description: string;
  readonly everyMs: number;
  /** Added to midnight UTC of 1970-01-01, from which periods are counted. */
  readonly offsetMs?: number;
  /** Only in companies that are watched (`WatchedCompanies`): what runs by the minute must not open all of them. */
  readonly watchedOnly?: boolean;
  /** Idempotent: a run whose process died is done again. @returns figures, summed over the companies */
  run(scope: TenantScope): Promise<Record<string, number>>;
}

export const COMPANY_SCHEDULES = Symbol('COMPANY_SCHEDULES');
