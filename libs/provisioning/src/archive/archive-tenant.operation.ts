import { AuditLog, TenantChangeBus } from '@finvera/master-data';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { BackupStore } from '../backups/backup-store.js';
import { TakeBackup } from '../backups/take-backup.js';
import { VerifyBackup } from '../backups/verify-backup.js';
import { operationActor } from '../operations/operation-actor.js';
import type { OperationKind, OperationStep, StepContext } from '../operations/operation-kind.js';
import { fenceTenant } from '../servers/fence-tenant.js';
import { ServerConnections } from '../servers/server-connections.js';
import { dropDatabase, dropDatabaseUsersOf, killConnections, unlockDatabaseUser } from '../servers/tenant-database.js';

export const ARCHIVE_TENANT = 'archive_tenant';

/** A company that holds no database any more: a backup, proved by a trial restore, does. Undone until the database goes. */
@Injectable()
export class ArchiveTenantOperation implements OperationKind {
  readonly kind = ARCHIVE_TENANT;
  readonly pointOfNoReturn = 'drop_database';
  readonly steps: readonly OperationStep[] = [
    { name: 'close', do: (context) => this.close(context), undo: (context) => this.reopen(context) },
    { name: 'fence', do: (context) => this.fence(context), undo: (context) => this.unfence(context) },
    {
      name: 'backup',
      do: (context) => this.backup(context),
      undo: ({ operation }) => this.takeBackup.undo(operation.id),
    },
    { name: 'verify', do: (context) => this.verify(context), undo: (context) => this.dropTrial(context) },
    { name: 'drop_database', do: (context) => this.dropDatabase(context) },
    { name: 'drop_user', do: (context) => this.dropUser(context) },
    { name: 'note', do: (context) => this.note(context) },
  ];

  constructor(
    @InjectDataSource() private readonly master: DataSource,
    private readonly servers: ServerConnections,
    private readonly backups: BackupStore,
    private readonly takeBackup: TakeBackup,
    private readonly verifyBackup: VerifyBackup,
    private readonly audit: AuditLog,
    private readonly changes: TenantChangeBus,
  ) {}

  private async close({ tenant }: StepContext): Promise<void> {
    await this.master.query(
      "UPDATE tenant_master SET status = 'archived' WHERE id = ? AND status IN ('active', 'suspended')",
      [tenant.id],
    );
    await this.changes.publish(tenant.id);
  }

  private async reopen({ tenant }: StepContext): Promise<void> {
    await this.master.query(
      `UPDATE tenant_master SET status = CASE WHEN suspended_at IS NULL THEN 'active' ELSE 'suspended' END
        WHERE id = ? AND status = 'archived' AND db_provisioned = 1`,
      [tenant.id],
    );
    await this.changes.publish(tenant.id);
  }

  private fence({ tenant, signal }: StepContext): Promise<void> {
    return this.servers.use(tenant.serverId, (session) => fenceTenant(session, tenant, { signal }));
  }

  private async unfence({ tenant }: StepContext): Promise<void> {
    const { dbUser } = tenant;
    if (dbUser) await this.servers.use(tenant.serverId, (session) => unlockDatabaseUser(session, dbUser));
  }

  private async backup({ tenant, operation, signal }: StepContext): Promise<void> {
    await this.takeBackup.run({ tenant, operationId: operation.id, kind: 'archive', signal });
  }

  private async verify({ tenant, operation, signal }: StepContext): Promise<void> {
    const backup = await this.backups.ofOperation(operation.id);
    await this.verifyBackup.run(backup!, { serverId: tenant.serverId, signal });
  }

  private async dropTrial({ tenant, operation }: StepContext): Promise<void> {
    const backup = await this.backups.ofOperation(operation.id);
    if (backup) await this.verifyBackup.undo(backup, tenant.serverId);
  }

  private async dropDatabase({ tenant }: StepContext): Promise<void> {
    await this.servers.use(tenant.serverId, async (session) => {
      await killConnections(session, tenant.dbName);
      await dropDatabase(session, tenant.dbName);
    });
  }

  private async dropUser({ tenant }: StepContext): Promise<void> {
    await this.servers.use(tenant.serverId, (session) => dropDatabaseUsersOf(session, tenant));
  }

  private async note({ tenant, operation }: StepContext): Promise<void> {
    const backup = await this.backups.ofOperation(operation.id);
    await this.master.transaction(async (tx) => {
      const { affectedRows } = await tx.query(
        `UPDATE tenant_master SET db_provisioned = 0, db_user = NULL, db_password = NULL, db_credentials_at = NULL, storage_used_mb = 0
          WHERE id = ? AND status = 'archived' AND db_provisioned = 1`,
        [tenant.id],
      );
      if (affectedRows === 0) return; // done by a former try
      await this.audit.record(tx, operationActor(operation), {
        action: 'tenant.archived',
        tenantId: tenant.id,
        objectType: 'tenant',
        objectId: tenant.id,
        before: { status: tenant.suspendedAt ? 'suspended' : 'active', db_name: tenant.dbName },
        after: { status: 'archived', backup_id: backup!.id, backup_sha256: backup!.sha256 },
      });
    });
    await this.changes.publish(tenant.id);
  }
}
