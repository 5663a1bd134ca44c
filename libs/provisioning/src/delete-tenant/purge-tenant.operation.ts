import { TenantChangeBus } from '@finvera/master-data';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { GiveUpDatabase } from '../backups/give-up-database.js';
import { TakeBackup } from '../backups/take-backup.js';
import type { OperationKind, OperationStep, StepContext } from '../operations/operation-kind.js';
import { ProvisioningConfig } from '../provisioning.config.js';
import { PreviousDatabases } from '../restore/previous-databases.js';
import { ServerConnections } from '../servers/server-connections.js';
import { databaseSizeMb } from '../servers/tenant-database.js';
import { CertifyErasure } from './certify-erasure.js';

export const PURGE_TENANT = 'purge_tenant';

/**
 * Ends a company for good: a last backup, then its database, its user, its grants. Until the database goes it is undone
 * when anything fails. The subdomain becomes free only when all is gone.
 */
@Injectable()
export class PurgeTenantOperation implements OperationKind {
  readonly kind = PURGE_TENANT;
  readonly pointOfNoReturn = 'drop_database';
  readonly steps: readonly OperationStep[] = [
    { name: 'close', do: (context) => this.close(context), undo: (context) => this.reopen(context) },
    { name: 'fence', do: (context) => this.fence(context), undo: (context) => this.database.unfence(context) },
    {
      name: 'last_backup',
      do: (context) => this.backup(context),
      undo: ({ operation }) => this.takeBackup.undo(operation.id),
    },
    { name: 'verify', do: (context) => this.verify(context), undo: (context) => this.database.dropTrial(context) },
    { name: 'measure', do: (context) => this.measure(context) },
    { name: 'drop_database', do: (context) => this.dropDatabases(context) },
    { name: 'drop_user', do: (context) => this.database.dropUsers(context) },
    { name: 'certify', do: (context) => this.certifyErasure.run(context) },
  ];

  constructor(
    @InjectDataSource() private readonly master: DataSource,
    private readonly servers: ServerConnections,
    private readonly takeBackup: TakeBackup,
    private readonly database: GiveUpDatabase,
    private readonly previous: PreviousDatabases,
    private readonly certifyErasure: CertifyErasure,
    private readonly config: ProvisioningConfig,
    private readonly changes: TenantChangeBus,
  ) {}

  private async close({ tenant }: StepContext): Promise<void> {
    await this.master.query("UPDATE tenant_master SET status = 'deleting' WHERE id = ? AND status <> 'deleted'", [
      tenant.id,
    ]);
    await this.changes.publish(tenant.id);
  }

  /** What was within its grace period stays so; what was purged without one is as it was. */
  private async reopen({ tenant }: StepContext): Promise<void> {
    await this.master.query(
      `UPDATE tenant_master SET status = CASE WHEN db_provisioned = 0 THEN 'archived'
           WHEN suspended_at IS NULL THEN 'active' ELSE 'suspended' END
        WHERE id = ? AND status = 'deleting' AND delete_after IS NULL`,
      [tenant.id],
    );
    await this.changes.publish(tenant.id);
  }

  private async fence(context: StepContext): Promise<void> {
    const { dbProvisioned, deleteAfter } = context.tenant;
    if (dbProvisioned) await this.database.fence(context, { closedBefore: deleteAfter !== null });
  }

  /** An archived company has its last backup already. */
  private async backup({ tenant, operation, signal }: StepContext): Promise<void> {
    if (!tenant.dbProvisioned || this.config.BACKUP_KEEP_DAYS === 0) return;
    await this.takeBackup.run({ tenant, operationId: operation.id, kind: 'last', signal });
  }

  private async verify(context: StepContext): Promise<void> {
    await this.database.verify(context);
  }

  private async dropDatabases(context: StepContext): Promise<void> {
    await this.database.dropDatabase(context);
    await this.previous.dropAllOf(context.tenant.id);
  }

  /** For the certificate: later nobody can look any more. */
  private async measure({ tenant, state }: StepContext): Promise<void> {
    await this.servers.use(tenant.serverId, async (session) => {
      const [row] = await session.query<{ n: string }>(
        'SELECT COUNT(*) AS n FROM information_schema.tables WHERE table_schema = ?',
        [tenant.dbName],
      );
      state.erased = { tables: Number(row!.n), size_mb: await databaseSizeMb(session, tenant.dbName) };
    });
  }
}
