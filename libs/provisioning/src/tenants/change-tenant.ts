import { type Actor, conflict, malformed, retryDeadlocks } from '@finvera/common';
import { AuditLog, Plan, Tenant, TenantChangeBus } from '@finvera/master-data';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { assertNoOperation } from '../operations/assert-no-operation.js';
import { ApplyStorageLimit } from '../storage/apply-storage-limit.js';
import { lockTenant } from './lock-tenant.js';
import type { UpdateTenantDto } from './tenant.dto.js';

/** Changes of a tenant that are one transaction: details, plan, suspension. Announced to all processes after the commit. */
@Injectable()
export class ChangeTenant {
  constructor(
    @InjectDataSource() private readonly master: DataSource,
    private readonly audit: AuditLog,
    private readonly changes: TenantChangeBus,
    private readonly limits: ApplyStorageLimit,
  ) {}

  /** A new plan brings its storage limit, and what follows from it, at once. */
  async update(id: string, change: UpdateTenantDto, actor: Actor): Promise<Tenant> {
    const updated = await this.change(id, actor, 'tenant.updated', async (tx) => {
      const set: Partial<Tenant> = {
        ...(change.company_name !== undefined && { companyName: change.company_name }),
        ...(change.email !== undefined && { email: change.email }),
        ...(change.phone !== undefined && { phone: change.phone }),
      };
      if (change.subscription_plan !== undefined) {
        const plan = await tx.findOneBy(Plan, { code: change.subscription_plan, isActive: true });
        if (!plan)
          throw malformed(`There is no plan ${JSON.stringify(change.subscription_plan)}.`, [
            { field: 'subscription_plan', message: 'is not a plan' },
          ]);
        Object.assign(set, { subscriptionPlan: plan.code, storageLimitMb: plan.storageLimitMb });
      }
      return set;
    });
    if (change.subscription_plan === undefined || !(await this.limits.apply(id))) return updated;
    return this.master.manager.findOneByOrFail(Tenant, { id });
  }

  /** Suspending a suspended company changes its reason alone; one that its storage limit suspended does not come back by itself then. */
  suspend(id: string, reason: string, actor: Actor): Promise<Tenant> {
    return this.change(id, actor, 'tenant.suspended', async (_tx, tenant) => {
      assertStatus(tenant, ['active', 'suspended'], 'suspended');
      return {
        status: 'suspended',
        suspendedReason: reason,
        suspendedAt: tenant.suspendedAt ?? new Date(),
        suspendedFor: null,
      };
    });
  }

  /** Also opens a company again that may only be read. */
  reactivate(id: string, actor: Actor): Promise<Tenant> {
    return this.change(id, actor, 'tenant.reactivated', async (_tx, tenant) => {
      assertStatus(tenant, ['active', 'suspended'], 'reactivated');
      return {
        status: 'active',
        suspendedReason: null,
        suspendedAt: null,
        suspendedFor: null,
        readOnlySince: null,
        readOnlyReason: null,
        readOnlyFor: null,
      };
    });
  }

  private async change(
    id: string,
    actor: Actor,
    action: string,
    decide: (tx: EntityManager, tenant: Tenant) => Promise<Partial<Tenant>>,
  ): Promise<Tenant> {
    const changed = await retryDeadlocks(() =>
      this.master.transaction(async (tx) => {
        const tenant = await lockTenant(tx, id);
        await assertNoOperation(tx, id);
        const set = await decide(tx, tenant);
        const fields = Object.keys(set) as (keyof Tenant)[];
        if (fields.length === 0) return tenant;
        await tx.update(Tenant, id, set);
        await this.audit.record(tx, actor, {
          action,
          tenantId: id,
          objectType: 'tenant',
          objectId: id,
          before: Object.fromEntries(fields.map((field) => [field, tenant[field]])),
          after: { ...set },
        });
        return tx.findOneByOrFail(Tenant, { id });
      }),
    );
    await this.changes.publish(id);
    return changed;
  }
}

function assertStatus(tenant: Tenant, allowed: Tenant['status'][], verb: string): void {
  if (!allowed.includes(tenant.status))
    throw conflict('tenant_status', `The company ${tenant.subdomain} is ${tenant.status} and cannot be ${verb} now.`);
}
