import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { ProvisioningConfig } from '../provisioning.config.js';

const BATCH = 1_000;
const BATCHES_MAX = 1_000;
const ENDED_OPERATIONS = ['succeeded', 'failed', 'undone', 'cancelled'];
const ENDED_RUNS = ['succeeded', 'failed', 'skipped'];

/** Forgets finished operations, runs of schedules and sizes of databases after their time. What was done stands in the audit log. */
@Injectable()
export class PurgeOldRecords {
  constructor(
    @InjectDataSource() private readonly master: DataSource,
    private readonly config: ProvisioningConfig,
  ) {}

  async run(): Promise<{ operations: number; schedule_runs: number; storage_history: number }> {
    let operations = 0;
    for (const status of ENDED_OPERATIONS)
      operations += await this.purge(
        `DELETE FROM tenant_operations WHERE status = ? AND created_at < DATE_SUB(CURRENT_TIMESTAMP(6), INTERVAL ? DAY)
            AND finished_at < DATE_SUB(UTC_TIMESTAMP(6), INTERVAL ? DAY) ORDER BY created_at LIMIT ?`,
        [status, this.config.OPERATIONS_KEEP_DAYS, this.config.OPERATIONS_KEEP_DAYS],
      );
    let runs = 0;
    for (const status of ENDED_RUNS)
      runs += await this.purge(
        `DELETE FROM schedule_runs WHERE status = ? AND created_at < DATE_SUB(CURRENT_TIMESTAMP(6), INTERVAL ? DAY)
          ORDER BY created_at LIMIT ?`,
        [status, this.config.SCHEDULE_RUNS_KEEP_DAYS],
      );
    const days = await this.purge(
      'DELETE FROM storage_history WHERE measured_on < DATE_SUB(UTC_DATE(), INTERVAL ? DAY) ORDER BY measured_on LIMIT ?',
      [this.config.STORAGE_HISTORY_KEEP_DAYS],
    );
    return { operations, schedule_runs: runs, storage_history: days };
  }

  private async purge(statement: string, parameters: unknown[]): Promise<number> {
    let purged = 0;
    for (let batch = 0; batch < BATCHES_MAX; batch += 1) {
      const { affectedRows }: { affectedRows: number } = await this.master.query(statement, [...parameters, BATCH]);
      purged += affectedRows;
      if (affectedRows < BATCH) break;
    }
    return purged;
  }
}
