import { malformed } from '@finvera/common';
import type { FleetProgress, FleetResult } from '@finvera/provisioning';
import { Option } from 'nest-commander';
import { EXIT_FOUND } from './exit-codes.js';
import { print } from './output.js';
import { PrintingCommand, type PrintOptions } from './printing-command.js';
import { Progress } from './progress.js';

const CONCURRENCY_MAX = 64;
const UNIT_SECONDS: Record<string, number> = { s: 1, m: 60, h: 3_600, d: 86_400 };

export interface FleetOptions extends PrintOptions {
  all?: boolean;
  /** seconds */
  olderThan?: number;
  concurrency?: number;
  dryRun?: boolean;
}

/** A command that does something to one company or to many, a bounded number of each server at a time. */
export abstract class FleetCommand extends PrintingCommand {
  @Option({ flags: '--concurrency <n>', description: 'companies of one server at a time' })
  concurrency(text: string): number {
    const number = Number(text);
    if (!Number.isInteger(number) || number < 1 || number > CONCURRENCY_MAX)
      throw malformed(`--concurrency must be a whole number from 1 to ${CONCURRENCY_MAX}`);
    return number;
  }

  @Option({ flags: '--dry-run', description: 'only say how many of each server it would be' })
  dryRun(): boolean {
    return true;
  }

  /** Shows how it goes on, then what became of it; exit code 2 when some failed. @param done what was done to them */
  protected async follow(
    work: (onProgress: (progress: FleetProgress) => void) => Promise<FleetResult>,
    done: string,
    { json }: PrintOptions,
  ): Promise<void> {
    const progress = new Progress();
    const result = await work(({ total, done: count, failed }) =>
      progress.show(`${count} of ${total} ${done}${failed > 0 ? `, ${failed} failed` : ''}`),
    );
    progress.end();
    const { total, done: count, failed, failures } = result;
    if (json)
      process.stdout.write(
        `${JSON.stringify({ total, [done.replaceAll(' ', '_')]: count, failed, failures }, null, 2)}\n`,
      );
    else if (failures.length > 0) print(failures, false);
    progress.say(`${count} companies ${done}, ${failed} failed`);
    if (failed > 0) process.exitCode = EXIT_FOUND;
  }
}

/** @returns seconds */
export function parseAge(text: string): number {
  const [, number, unit] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  if (!number || !unit)
    throw malformed(`--older-than ${JSON.stringify(text)} is not an age; write 90d, 12h, 30m or 45s`);
  return Number(number) * UNIT_SECONDS[unit]!;
}

/** @throws DomainError 400 unless one company is named or all are meant */
export function assertOneOrAll(company: string | undefined, all = false): void {
  if (all === (company !== undefined)) throw malformed('Name one company, by id or subdomain, or say --all.');
}
