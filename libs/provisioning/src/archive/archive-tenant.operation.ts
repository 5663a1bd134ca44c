import { AuditLog, TenantChangeBus } from '@finvera/master-data';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { BackupStore } from '../backups/backup-store.js';
import { GiveUpDatabase } from '../backups/give-up-database.js';
import { TakeBackup } from '../backups/take-backup.js';
import { operationActor } from '../operations/operation-actor.js';
import type { OperationKind, OperationStep, StepContext } from '../operations/operation-kind.js';

export const ARCHIVE_TENANT = 'archive_tenant';

/** A company that holds no database any more: a backup, proved by a trial restore, does. Undone until the database goes. */
@Injectable()
export class ArchiveTenantOperation implements OperationKind {
  readonly kind = ARCHIVE_TENANT;
  readonly pointOfNoReturn = 'drop_database';
  readonly steps: readonly OperationStep[] = [
    { name: 'close', do: (context) => this.close(context), undo: (context) => this.reopen(context) },
    { name: 'fence', do: (context) => this.database.fence(context), undo: (context) => this.database.unfence(context) },
    {
      name: 'backup',
      do: (context) => this.backup(context),
      undo: ({ operation }) => this.takeBackup.undo(operation.id),
    },
    { name: 'verify', do: (context) => this.verify(context), undo: (context) => this.database.dropTrial(context) },
    { name: 'drop_database', do: (context) => this.database.dropDatabase(context) },
    { name: 'drop_user', do: (context) => this.database.dropUsers(context) },
    { name: 'note', do: (context) => this.note(context) },
  ];

  constructor(
    @InjectDataSource() private readonly master: DataSource,
    private readonly backups: BackupStore,
    private readonly takeBackup: TakeBackup,
    private readonly database: GiveUpDatabase,
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

  private async backup({ tenant, operation, signal }: StepContext): Promise<void> {
    await this.takeBackup.run({ tenant, operationId: operation.id, kind: 'archive', signal });
  }

  private async verify(context: StepContext): Promise<void> {
    if (!(await this.database.verify(context)))
      throw new Error(`operation ${context.operation.id} has no backup: the database stays`);
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
