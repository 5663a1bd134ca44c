import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { ProvisioningConfig } from '../provisioning.config.js';

const BATCH = 1_000;
const BATCHES_MAX = 1_000;

/** Forgets keys of repeated creations, and the answers with their temporary passwords, when their time is over. */
@Injectable()
export class PurgeIdempotencyKeys {
  constructor(
    @InjectDataSource() private readonly master: DataSource,
    private readonly config: ProvisioningConfig,
  ) {}

  /** Keys whose creation is still at work stay. @returns how many were forgotten */
  async run(): Promise<number> {
    let purged = 0;
    for (let batch = 0; batch < BATCHES_MAX; batch += 1) {
      const { affectedRows }: { affectedRows: number } = await this.master.query(
        `DELETE FROM idempotency_keys WHERE created_at < DATE_SUB(CURRENT_TIMESTAMP(6), INTERVAL ? HOUR)
            AND NOT EXISTS (SELECT 1 FROM tenant_operations o WHERE o.active_tenant_id = idempotency_keys.tenant_id)
          ORDER BY created_at LIMIT ?`,
        [this.config.IDEMPOTENCY_KEYS_KEEP_HOURS, BATCH],
      );
      purged += affectedRows;
      if (affectedRows < BATCH) break;
    }
    return purged;
  }
}
