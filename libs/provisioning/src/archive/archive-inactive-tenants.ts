import { DomainError, malformed, systemActor } from '@finvera/common';
import { Injectable, Logger } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { ProvisioningConfig } from '../provisioning.config.js';
import { ArchiveTenant } from './archive-tenant.js';

export interface InactiveTenant {
  id: string;
  subdomain: string;
  company_name: string;
  /** YYYY-MM-DD */
  last_active_on: string;
  /** started now, only looked at, or why it could not be started */
  outcome: string;
}

export interface InactiveOptions {
  /** days without anybody at work; default `ARCHIVE_INACTIVE_AFTER_DAYS` */
  days?: number;
  /** only say which ones it would be */
  dryRun?: boolean;
}

/** Archivings that one round starts; the next round goes on. */
const ROUND_MAX = 100;

/** Archives companies where nobody has been at work for long: what the document's `archiveInactiveTenants.js` does. */
@Injectable()
export class ArchiveInactiveTenants {
  private readonly logger = new Logger(ArchiveInactiveTenants.name);

  constructor(
    @InjectDataSource() private readonly master: DataSource,
    private readonly archiveTenant: ArchiveTenant,
    private readonly config: ProvisioningConfig,
  ) {}

  get isOn(): boolean {
    return this.config.ARCHIVE_INACTIVE_AFTER_DAYS > 0;
  }

  /**
   * @returns the companies, longest inactive first, 100 at most
   * @throws DomainError 400 when no number of days is given nor set
   */
  async run({
    days = this.config.ARCHIVE_INACTIVE_AFTER_DAYS,
    dryRun = false,
  }: InactiveOptions = {}): Promise<InactiveTenant[]> {
    if (!Number.isInteger(days) || days < 1)
      throw malformed('Say after how many days: set ARCHIVE_INACTIVE_AFTER_DAYS, or give a whole number of days.');
    const inactive: Omit<InactiveTenant, 'outcome'>[] = await this.master.query(
      `SELECT t.id, t.subdomain, t.company_name,
          DATE_FORMAT(COALESCE(a.last_active_on, t.created_at), '%Y-%m-%d') AS last_active_on
        FROM tenant_master t LEFT JOIN tenant_activity a ON a.tenant_id = t.id
          LEFT JOIN tenant_operations o ON o.active_tenant_id = t.id
        WHERE t.status IN ('active', 'suspended') AND t.db_provisioned = 1 AND o.id IS NULL
          AND COALESCE(a.last_active_on, t.created_at) < DATE_SUB(UTC_DATE(), INTERVAL ? DAY)
        ORDER BY COALESCE(a.last_active_on, t.created_at), t.id LIMIT ?`,
      [days, ROUND_MAX],
    );
    const results: InactiveTenant[] = [];
    for (const tenant of inactive) results.push({ ...tenant, outcome: await this.outcome(tenant.id, dryRun) });
    return results;
  }

  private async outcome(tenantId: string, dryRun: boolean): Promise<string> {
    if (dryRun) return 'would be archived';
    try {
      const { id } = await this.archiveTenant.archive(tenantId, systemActor('schedule:archive-inactive'));
      return `archiving: operation ${id}`;
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      this.logger.warn({ msg: 'archiving not started', tenant_id: tenantId, err: error });
      return `not archived: ${error.message}`;
    }
  }
}
