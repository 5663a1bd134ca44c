import { type Actor, malformed, retryDeadlocks } from '@finvera/common';
import { AuditLog, type Maintenance, Tenant, TenantChangeBus } from '@finvera/master-data';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { lockTenant } from '../tenants/lock-tenant.js';
import { type BeginMaintenanceDto, toMaintenanceDto } from './maintenance.dto.js';

/**
 * Begins, changes and ends a company's maintenance mode. Open requests finish; new ones meet it on all processes at once.
 * Also possible while an operation is at work on the company: that is what maintenance is for.
 */
@Injectable()
export class SetMaintenance {
  constructor(
    @InjectDataSource() private readonly master: DataSource,
    private readonly audit: AuditLog,
    private readonly changes: TenantChangeBus,
  ) {}

  /**
   * @param wanted null ends it; ending what has ended changes nothing
   * @throws DomainError 404 `tenant_not_found`; 409 `tenant_deleted`; 400 when `ends_at` has passed
   */
  async set(id: string, wanted: BeginMaintenanceDto | null, actor: Actor): Promise<Tenant> {
    const after = wanted && toMaintenance(wanted);
    const tenant = await retryDeadlocks(() =>
      this.master.transaction(async (tx) => {
        const found = await lockTenant(tx, id);
        const before = toMaintenanceDto(found.maintenance);
        if (!found.maintenance && !after) return found;
        const maintenance = after && { ...after, started_at: before?.started_at ?? after.started_at };
        await tx.update(Tenant, id, { maintenance });
        await this.audit.record(tx, actor, {
          action: after ? 'tenant.maintenance_set' : 'tenant.maintenance_ended',
          tenantId: id,
          objectType: 'tenant',
          objectId: id,
          before: { maintenance: before },
          after: { maintenance },
        });
        return tx.findOneByOrFail(Tenant, { id });
      }),
    );
    await this.changes.publish(id);
    return tenant;
  }
}

function toMaintenance(wanted: BeginMaintenanceDto): Maintenance {
  const now = new Date();
  const endsAt = wanted.ends_at === undefined ? null : new Date(wanted.ends_at);
  if (endsAt && !(endsAt > now))
    throw malformed(`ends_at ${wanted.ends_at} is not a moment to come`, [
      { field: 'ends_at', message: 'must be a moment to come' },
    ]);
  return {
    message: wanted.message,
    retry_after_seconds: wanted.retry_after_seconds,
    ends_at: endsAt?.toISOString() ?? null,
    allowed_emails: [...new Set(wanted.allowed_emails.map((email) => email.toLowerCase()))],
    allowed_addresses: [...new Set(wanted.allowed_addresses)],
    started_at: now.toISOString(),
  };
}
