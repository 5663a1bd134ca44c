import { type Actor, malformed, notFound } from '@finvera/common';
import { AuditLog, Tenant } from '@finvera/master-data';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';

export interface UpgradeWindowChange {
  timeZone?: string | null;
  window?: string | null;
  notBefore?: Date | null;
  holdReason?: string | null;
}

/** When, and whether, a company may be migrated. */
@Injectable()
export class ChangeUpgradeWindow {
  constructor(
    @InjectDataSource() private readonly master: DataSource,
    private readonly audit: AuditLog,
  ) {}

  /** Changes what is given; null takes it away. @throws DomainError 404 `tenant_not_found`, 400 for a window without a zone */
  async change(
    tenantId: string,
    { timeZone, window, notBefore, holdReason }: UpgradeWindowChange,
    actor: Actor,
  ): Promise<Tenant> {
    return this.master.transaction(async (tx) => {
      const tenant = await tx.findOne(Tenant, { where: { id: tenantId }, lock: { mode: 'pessimistic_write' } });
      if (!tenant) throw notFound('company', tenantId, 'tenant_not_found');
      const set = {
        ...(timeZone !== undefined && { timeZone }),
        ...(window !== undefined && { upgradeWindow: window }),
        ...(notBefore !== undefined && { migrateNotBefore: notBefore }),
        ...(holdReason !== undefined && { migrationHoldReason: holdReason }),
      };
      const after = { ...tenant, ...set };
      if (after.upgradeWindow && !after.timeZone)
        throw malformed('A upgrade window needs the time zone of its clock.', [
          { field: 'time_zone', message: 'must be given with window, for example Asia/Kolkata' },
        ]);
      const fields = Object.keys(set) as (keyof typeof set)[];
      if (fields.length === 0) return tenant;
      await tx.update(Tenant, tenantId, set);
      await this.audit.record(tx, actor, {
        action: 'tenant.upgrade_window_changed',
        tenantId,
        objectType: 'tenant',
        objectId: tenantId,
        before: Object.fromEntries(fields.map((field) => [field, tenant[field]])),
        after: { ...set },
      });
      return tx.findOneByOrFail(Tenant, { id: tenantId });
    });
  }
}
