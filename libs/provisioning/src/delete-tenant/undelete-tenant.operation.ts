import { ruleBroken } from '@finvera/common';
import { AuditLog, TenantChangeBus } from '@finvera/master-data';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { operationActor } from '../operations/operation-actor.js';
import type { OperationKind, OperationStep, StepContext } from '../operations/operation-kind.js';

export const UNDELETE_TENANT = 'undelete_tenant';

/** Takes a deletion back within its grace period; a company that was suspended or archived before is so again. */
@Injectable()
export class UndeleteTenantOperation implements OperationKind {
  readonly kind = UNDELETE_TENANT;
  readonly pointOfNoReturn = 'reopen';
  readonly steps: readonly OperationStep[] = [{ name: 'reopen', do: (context) => this.reopen(context) }];

  constructor(
    @InjectDataSource() private readonly master: DataSource,
    private readonly audit: AuditLog,
    private readonly changes: TenantChangeBus,
  ) {}

  private async reopen({ tenant, operation }: StepContext): Promise<void> {
    if (tenant.status === 'deleted') throw ruleBroken('tenant_deleted', 'The company is deleted for good.');
    const status = !tenant.dbProvisioned ? 'archived' : tenant.suspendedAt ? 'suspended' : 'active';
    await this.master.transaction(async (tx) => {
      const { affectedRows } = await tx.query(
        "UPDATE tenant_master SET status = ?, delete_after = NULL WHERE id = ? AND status = 'deleting'",
        [status, tenant.id],
      );
      if (affectedRows === 0) return; // done by a former try
      await this.audit.record(tx, operationActor(operation), {
        action: 'tenant.undeleted',
        tenantId: tenant.id,
        objectType: 'tenant',
        objectId: tenant.id,
        before: { status: 'deleting' },
        after: { status },
      });
    });
    await this.changes.publish(tenant.id);
  }
}
