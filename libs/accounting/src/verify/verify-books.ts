import { conflict } from '@finvera/common';
import { InjectTenantDataSource, TenantDataSource } from '@finvera/tenancy';
import { Injectable } from '@nestjs/common';
import { checkEditLog, type EditLogHead } from './check-edit-log.js';
import { checkGuards } from './check-guards.js';
import { checkHistory } from './check-history.js';
import { checkNumbers } from './check-numbers.js';
import { checkTotals } from './check-totals.js';
import { checkEntries, checkVouchers } from './check-vouchers.js';
import { Findings, type Problem } from './verification.js';

export interface VerifyOptions {
  /** a head of the edit log that an earlier run told and somebody wrote down */
  noted?: string;
  onProgress?: (check: string, examined: number) => void;
}

export interface Verification {
  sound: boolean;
  checks: { check: string; examined: number; problems: number }[];
  /** the first of each check */
  problems: Problem[];
  edit_log: EditLogHead;
}

/**
 * Looks through the whole books of a company for anything that does not follow from anything else: vouchers and their
 * entries, bills, numbers, totals, the edit log with its chain, and the guards of the database. It changes nothing, and
 * reads one snapshot in pages, while everybody posts.
 */
@Injectable()
export class VerifyBooks {
  private isRunning = false;

  constructor(@InjectTenantDataSource() private readonly dataSource: TenantDataSource) {}

  /** @throws DomainError 409 `verification_running` when this process is at it already */
  async run({ noted, onProgress }: VerifyOptions = {}): Promise<Verification> {
    if (this.isRunning)
      throw conflict(
        'verification_running',
        'The books are being looked through already; ask again when that is done.',
      );
    this.isRunning = true;
    try {
      const findings = new Findings(onProgress);
      const editLog: EditLogHead = { sealed: 0, unsealed: 0, head: '' };
      const checks = [
        checkGuards,
        checkVouchers,
        checkEntries,
        checkNumbers,
        checkTotals,
        checkEditLog(editLog, noted),
        checkHistory,
      ];
      await this.dataSource.transaction('REPEATABLE READ', async (tx) => {
        for (const check of checks) await check(tx, findings);
      });
      return {
        sound: findings.checks.every(({ problems }) => problems === 0),
        checks: findings.checks,
        problems: findings.problems,
        edit_log: editLog,
      };
    } finally {
      this.isRunning = false;
    }
  }
}
