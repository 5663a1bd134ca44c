import { retryDeadlocks } from '@finvera/common';
import { Injectable, Logger } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { ApplyStorageLimit } from './apply-storage-limit.js';
import { NEAR_LIMIT_PERCENT } from './storage-level.js';

/** Companies of one statement: short enough that others wait for it no longer than a moment. */
const AT_ONCE = 200;

export interface MeasuredSize {
  tenantId: string;
  /** megabytes of its database; its files are added */
  usedMb: number;
}

/** Writes measured sizes into the companies' records and their history, and draws what follows for those who crossed a limit. */
@Injectable()
export class RecordSizes {
  private readonly logger = new Logger(RecordSizes.name);

  constructor(
    @InjectDataSource() private readonly master: DataSource,
    private readonly limits: ApplyStorageLimit,
  ) {}

  /** @returns for how many something changed: alert, suspension, read-only, or the end of it */
  async record(sizes: readonly MeasuredSize[]): Promise<number> {
    let crossings = 0;
    for (let first = 0; first < sizes.length; first += AT_ONCE) {
      const part = sizes.slice(first, first + AT_ONCE);
      const ids = part.map(({ tenantId }) => tenantId);
      await retryDeadlocks(() => this.write(part, ids));
      for (const id of await this.crossed(ids)) if (await this.apply(id)) crossings += 1;
    }
    return crossings;
  }

  private async write(part: readonly MeasuredSize[], ids: readonly string[]): Promise<void> {
    // a measurement is no change of the record that people would want to see in updated_at
    await this.master.query(
      `UPDATE tenant_master SET storage_measured_at = UTC_TIMESTAMP(6), updated_at = updated_at,
          storage_used_mb = CASE id ${part.map(() => 'WHEN ? THEN ?').join(' ')} END
            + COALESCE((SELECT f.bytes / 1048576 FROM company_files f WHERE f.tenant_id = tenant_master.id), 0)
        WHERE id IN (?)`,
      [...part.flatMap(({ tenantId, usedMb }) => [tenantId, usedMb]), ids],
    );
    await this.master.query(
      `INSERT INTO storage_history (tenant_id, measured_on, used_mb, peak_mb, limit_mb, measured_at)
        SELECT t.id, DATE(t.storage_measured_at), t.storage_used_mb, t.storage_used_mb, t.storage_limit_mb, t.storage_measured_at
          FROM tenant_master t WHERE t.id IN (?)
        ON DUPLICATE KEY UPDATE peak_mb = GREATEST(peak_mb, t.storage_used_mb), used_mb = t.storage_used_mb,
          limit_mb = t.storage_limit_mb, measured_at = t.storage_measured_at`,
      [ids],
    );
  }

  private async crossed(ids: readonly string[]): Promise<string[]> {
    const rows: { id: string }[] = await this.master.query(
      `SELECT id FROM tenant_master WHERE id IN (?) AND status IN ('active', 'suspended') AND (
          storage_level <> CASE WHEN storage_used_mb >= storage_limit_mb THEN 'full'
            WHEN storage_used_mb * 100 >= storage_limit_mb * ? THEN 'near_limit' ELSE 'normal' END
          OR ((suspended_for = 'storage' OR read_only_since IS NOT NULL) AND storage_used_mb < storage_limit_mb))`,
      [ids, NEAR_LIMIT_PERCENT],
    );
    return rows.map(({ id }) => id);
  }

  private async apply(id: string): Promise<boolean> {
    try {
      return await this.limits.apply(id);
    } catch (error) {
      this.logger.warn({
        msg: 'storage limit not applied; the next measurement tries again',
        tenant_id: id,
        err: error,
      });
      return false;
    }
  }
}
