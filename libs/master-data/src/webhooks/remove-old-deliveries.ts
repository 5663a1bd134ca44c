import { WebhookConfig } from '@finvera/common';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';

const BATCH = 1_000;
const BATCHES_MAX = 1_000;

/** Forgets deliveries whose time is over, those that still wait for a disabled endpoint as well. */
@Injectable()
export class RemoveOldDeliveries {
  constructor(
    @InjectDataSource() private readonly master: DataSource,
    private readonly config: WebhookConfig,
  ) {}

  /** @returns how many */
  async run(): Promise<number> {
    let removed = 0;
    for (let batch = 0; batch < BATCHES_MAX; batch += 1) {
      const { affectedRows }: { affectedRows: number } = await this.master.query(
        'DELETE FROM webhook_deliveries WHERE created_at < DATE_SUB(CURRENT_TIMESTAMP(6), INTERVAL ? DAY) ORDER BY created_at LIMIT ?',
        [this.config.WEBHOOK_KEEP_DAYS, BATCH],
      );
      removed += affectedRows;
      if (affectedRows < BATCH) break;
    }
    return removed;
  }
}
