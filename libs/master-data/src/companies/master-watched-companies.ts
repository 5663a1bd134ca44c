import type { WatchedCompanies } from '@finvera/common';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';

/** Much longer than anything takes that is stored after its company is watched. */
const STAYS_HOURS = 24;

/** Notes in the master database which companies are watched. */
@Injectable()
export class MasterWatchedCompanies implements WatchedCompanies {
  constructor(@InjectDataSource() private readonly master: DataSource) {}

  async watch(tenantId: string): Promise<void> {
    await this.master.query(
      `INSERT INTO watched_companies (tenant_id, watched_at) VALUES (?, UTC_TIMESTAMP(6))
        ON DUPLICATE KEY UPDATE watched_at = UTC_TIMESTAMP(6)`,
      [tenantId],
    );
  }

  async leave(tenantId: string): Promise<void> {
    await this.master.query(
      'DELETE FROM watched_companies WHERE tenant_id = ? AND watched_at < UTC_TIMESTAMP(6) - INTERVAL ? HOUR',
      [tenantId, STAYS_HOURS],
    );
  }
}
