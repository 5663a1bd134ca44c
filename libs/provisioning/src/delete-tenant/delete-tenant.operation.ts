import { AuditLog, TenantChangeBus } from '@finvera/master-data';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import type { OperationKind, OperationStep, StepContext } from '../operations/operation-kind.js';
import { operationActor } from '../operations/operation-actor.js';

export const DELETE_TENANT = 'delete_tenant';

/** Closes a company; its database stays for the grace period, so that it can be undeleted. */
@Injectable()
export class DeleteTenantOperation implements OperationKind {
  readonly kind = DELETE_TENANT;
  readonly pointOfNoReturn = 'close';
  readonly steps: readonly OperationStep[] = [{ name: 'close', do: (context) => this.close(context) }];

  constructor(
    @InjectDataSource() private readonly master: DataSource,
    private readonly audit: AuditLog,
    private readonly changes: TenantChangeBus,
  ) {}

  private async close({ tenant, operation }: StepContext): Promise<void> {
    const graceDays = Number(operation.input.grace_days);
    await this.master.transaction(async (tx) => {
      const { affectedRows } = await tx.query(
        `UPDATE tenant_master SET status = 'deleting', delete_after = DATE_ADD(UTC_TIMESTAMP(6), INTERVAL ? DAY)
          WHERE id = ? AND status NOT IN ('deleting', 'deleted')`,
        [graceDays, tenant.id],
      );
      if (affectedRows === 0) return; // done by a former try
      await this.audit.record(tx, operationActor(operation), {
        action: 'tenant.deleting',
        tenantId: tenant.id,
        objectType: 'tenant',
        objectId: tenant.id,
        before: { status: tenant.status },
        after: { status: 'deleting', grace_days: graceDays },
      });
    });
    await this.changes.publish(tenant.id);
  }
}
