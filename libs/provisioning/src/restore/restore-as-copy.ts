import { SecretBox } from '@finvera/common';
import { AuditLog, noteActivity, TenantChangeBus } from '@finvera/master-data';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { operationActor } from '../operations/operation-actor.js';
import type { StepContext } from '../operations/operation-kind.js';
import { Fenced } from '../operations/operation-store.js';
import { ServerConnections } from '../servers/server-connections.js';
import { createDatabaseUser, dropDatabaseUser } from '../servers/tenant-database.js';
import type { RestoreInput, RestoreState } from './restore-input.js';
import { RestoredDatabase } from './restored-database.js';

/** A backup becomes a company of its own; its record was made with the operation, and goes when it is undone. */
@Injectable()
export class RestoreAsCopy {
  constructor(
    @InjectDataSource() private readonly master: DataSource,
    private readonly secrets: SecretBox,
    private readonly servers: ServerConnections,
    private readonly database: RestoredDatabase,
    private readonly audit: AuditLog,
    private readonly changes: TenantChangeBus,
  ) {}

  async place({ tenant, state }: StepContext): Promise<void> {
    (state as RestoreState).db_name = tenant.dbName;
  }

  async unplace({ tenant }: StepContext): Promise<void> {
    await this.master.query("DELETE FROM tenant_master WHERE id = ? AND status = 'restoring' AND db_provisioned = 0", [
      tenant.id,
    ]);
    await this.changes.publish(tenant.id);
  }

  load({ tenant, operation, signal }: StepContext): Promise<void> {
    const { backup_id } = operation.input as RestoreInput & { mode: 'copy' };
    return this.database.load(backup_id, tenant.serverId, tenant.dbName, signal);
  }

  async unload({ tenant }: StepContext): Promise<void> {
    if (tenant.dbName) await this.database.drop(tenant.serverId, tenant.dbName); // else a former try undid it all
  }

  identify({ tenant }: StepContext): Promise<void> {
    return this.database.identify(tenant, tenant.dbName);
  }

  async createUser({ tenant }: StepContext): Promise<void> {
    const { serverId, dbName, dbUser, dbPassword } = tenant;
    if (!dbUser || !dbPassword) return;
    const password = await this.secrets.decrypt(dbPassword);
    await this.servers.use(serverId, (session) => createDatabaseUser(session, dbName, dbUser, password));
  }

  async dropUser({ tenant: { serverId, dbUser } }: StepContext): Promise<void> {
    if (dbUser) await this.servers.use(serverId, (session) => dropDatabaseUser(session, dbUser));
  }

  async switch({ tenant, operation, state, signal }: StepContext): Promise<void> {
    const restore = state as RestoreState;
    const { backup_id } = operation.input as RestoreInput & { mode: 'copy' };
    const backup = await this.database.backup(backup_id);
    await this.master.transaction(async (tx) => {
      signal.throwIfAborted();
      const { affectedRows } = await tx.query(
        "UPDATE tenant_master SET status = 'active', db_provisioned = 1, schema_version = ? WHERE id = ? AND status = 'restoring'",
        [restore.schema_version, tenant.id],
      );
      if (affectedRows === 0) throw new Error(`the record of ${tenant.id} is not that of a copy that is made`);
      restore.result = {
        tenant_id: tenant.id,
        subdomain: tenant.subdomain,
        db_name: tenant.dbName,
        schema_version: restore.schema_version ?? null,
        backup_id,
        previous: null,
      };
      const moved = await tx.query(
        "UPDATE tenant_operations SET step = 'announce', state = ? WHERE id = ? AND claim_token = ?",
        [JSON.stringify(restore), operation.id, operation.claimToken],
      );
      if (moved.affectedRows === 0) throw new Fenced(`operation ${operation.id} was taken over`);
      await noteActivity(tx, tenant.id);
      await this.audit.record(tx, operationActor(operation), {
        action: 'tenant.copied',
        tenantId: tenant.id,
        objectType: 'tenant',
        objectId: tenant.id,
        after: {
          ...restore.result,
          company_name: tenant.companyName,
          of_tenant: backup.tenantId,
          as_of: backup.createdAt.toISOString(),
          read_only: tenant.readOnlyFor === 'copy',
        },
      });
    });
  }
}
