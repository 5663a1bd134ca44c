import { type Actor, retryDeadlocks } from '@finvera/common';
import { AuditLog, TenantChangeBus, TenantDomain } from '@finvera/master-data';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { lockTenant } from '../tenants/lock-tenant.js';
import { domainOf } from './domain-names.js';

/** Takes a domain from a company: its host leads nowhere any more, on all processes at once. */
@Injectable()
export class RemoveDomain {
  constructor(
    @InjectDataSource() private readonly master: DataSource,
    private readonly audit: AuditLog,
    private readonly changes: TenantChangeBus,
  ) {}

  /** @param name id or name of the domain @throws DomainError 404 `domain_not_found` */
  async remove(tenantId: string, name: string, actor: Actor): Promise<TenantDomain> {
    const removed = await retryDeadlocks(() =>
      this.master.transaction(async (tx) => {
        await lockTenant(tx, tenantId);
        const domain = await domainOf(tx, tenantId, name);
        await tx.delete(TenantDomain, domain.id);
        await this.audit.record(tx, actor, {
          action: 'domain.removed',
          tenantId,
          objectType: 'domain',
          objectId: domain.id,
          before: { domain: domain.domain, verified_by: domain.verifiedBy },
        });
        return domain;
      }),
    );
    await this.changes.publish(tenantId);
    return removed;
  }
}
