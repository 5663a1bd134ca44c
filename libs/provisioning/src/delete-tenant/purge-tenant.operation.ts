import { AuditLog, TenantChangeBus } from '@finvera/master-data';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { operationActor } from '../operations/operation-actor.js';
import type { OperationKind, OperationStep, StepContext } from '../operations/operation-kind.js';
import { ServerConnections } from '../servers/server-connections.js';
import { dropDatabase, dropDatabaseUser, killConnections } from '../servers/tenant-database.js';

export const PURGE_TENANT = 'purge_tenant';

/** Ends a company for good: its database, its user, its grants. The subdomain becomes free only when they are gone. */
@Injectable()
export class PurgeTenantOperation implements OperationKind {
  readonly kind = PURGE_TENANT;
  readonly pointOfNoReturn = 'close';
  readonly steps: readonly OperationStep[] = [
    { name: 'close', do: (context) => this.close(context) },
    { name: 'drop_database', do: (context) => this.dropDatabase(context) },
    { name: 'drop_user', do: (context) => this.dropUser(context) },
    { name: 'certify', do: (context) => this.certify(context) },
  ];

  constructor(
    @InjectDataSource() private readonly master: DataSource,
    private readonly servers: ServerConnections,
    private readonly audit: AuditLog,
    private readonly changes: TenantChangeBus,
  ) {}

  private async close({ tenant }: StepContext): Promise<void> {
    await this.master.query("UPDATE tenant_master SET status = 'deleting' WHERE id = ? AND status <> 'deleted'", [
      tenant.id,
    ]);
    await this.changes.publish(tenant.id);
  }

  private async dropDatabase({ tenant }: StepContext): Promise<void> {
    await this.servers.use(tenant.serverId, async (session) => {
      await killConnections(session, tenant.dbName);
      await dropDatabase(session, tenant.dbName);
    });
  }

  private async dropUser({ tenant }: StepContext): Promise<void> {
    const { dbUser } = tenant;
    if (dbUser) await this.servers.use(tenant.serverId, (session) => dropDatabaseUser(session, dbUser));
  }

  /** The certificate of erasure stands in the audit log. */
  private async certify({ tenant, operation }: StepContext): Promise<void> {
    await this.master.transaction(async (tx) => {
      const { affectedRows } = await tx.query(
        "UPDATE tenant_master SET status = 'deleted', db_provisioned = 0, db_user = NULL, db_password = NULL WHERE id = ? AND status <> 'deleted'",
        [tenant.id],
      );
      if (affectedRows === 0) return; // done by a former try
      await this.audit.record(tx, operationActor(operation), {
        action: 'tenant.erased',
        tenantId: tenant.id,
        objectType: 'tenant',
        objectId: tenant.id,
        after: {
          status: 'deleted',
          db_name: tenant.dbName,
          database_dropped: true,
          user_dropped: tenant.dbUser !== null,
        },
      });
    });
    await this.changes.publish(tenant.id);
  }
}
