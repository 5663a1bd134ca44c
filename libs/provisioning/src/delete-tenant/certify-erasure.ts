import { filesOfTenant, OBJECT_STORE, type ObjectStore } from '@finvera/common';
import { AuditLog, type Backup, type Tenant, TenantChangeBus } from '@finvera/master-data';
import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { BackupStore } from '../backups/backup-store.js';
import { operationActor } from '../operations/operation-actor.js';
import type { StepContext } from '../operations/operation-kind.js';
import { ProvisioningConfig } from '../provisioning.config.js';
import { PreviousDatabases } from '../restore/previous-databases.js';
import { ServerConnections } from '../servers/server-connections.js';
import { databaseUsersOf } from '../tenants/tenant-names.js';

/** Removes the files of a company, looks that everything else of it is gone, forgets what the master still knows of its secrets, and says so for good. */
@Injectable()
export class CertifyErasure {
  constructor(
    @InjectDataSource() private readonly master: DataSource,
    private readonly servers: ServerConnections,
    private readonly backups: BackupStore,
    private readonly previous: PreviousDatabases,
    private readonly config: ProvisioningConfig,
    private readonly audit: AuditLog,
    private readonly changes: TenantChangeBus,
    @Inject(OBJECT_STORE) private readonly files: ObjectStore,
  ) {}

  /** The certificate is the entry `tenant.erased` of the audit log. @throws Error when something is still there */
  async run({ tenant, operation, state }: StepContext): Promise<void> {
    await this.files.removeAll(filesOfTenant(tenant.id));
    await this.assertGone(tenant);
    if (await this.previous.newestOf(tenant.id)) throw new Error(`a previous database of ${tenant.id} is still there`);
    const last = (await this.backups.ofOperation(operation.id)) ?? (await this.backups.archiveOf(tenant.id));
    await this.master.transaction(async (tx) => {
      const { affectedRows } = await tx.query(
        "UPDATE tenant_master SET status = 'deleted', db_provisioned = 0, db_user = NULL, db_password = NULL, next_db_user = NULL, next_db_password = NULL, db_credentials_at = NULL, storage_used_mb = 0 WHERE id = ? AND status <> 'deleted'",
        [tenant.id],
      );
      if (affectedRows === 0) return; // done by a former try
      const backups = await this.endBackupsLater(tx, tenant.id);
      const keys = await forgetSecrets(tx, tenant.id);
      const erased = state.erased as { tables: number; size_mb: number } | undefined;
      await this.audit.record(tx, operationActor(operation), {
        action: 'tenant.erased',
        tenantId: tenant.id,
        objectType: 'tenant',
        objectId: tenant.id,
        after: {
          status: 'deleted',
          server: `${tenant.dbHost}:${tenant.dbPort}`,
          db_name: tenant.dbName,
          database_dropped: true,
          tables: erased?.tables ?? null,
          rows: last?.contents ? last.contents.tables.reduce((sum, { rows }) => sum + rows, 0) : null,
          size_mb: erased?.size_mb ?? null,
          files_removed: true,
          user_dropped: tenant.dbUser,
          grants_dropped: tenant.dbUser !== null,
          cached_state: 'evicted on all processes',
          idempotency_keys_removed: keys,
          last_backup: last && backupLine(last, backups),
          backups_kept: backups.map((backup) => ({ id: backup.id, kept_until: backup.keepUntil!.toISOString() })),
        },
      });
    });
    await this.changes.publish(tenant.id);
  }

  private async assertGone({ id, serverId, dbName, dbUser }: Tenant): Promise<void> {
    await this.servers.use(serverId, async (session) => {
      const databases = await session.query(
        'SELECT schema_name FROM information_schema.schemata WHERE schema_name = ?',
        [dbName],
      );
      const names = [...databaseUsersOf(id), ...(dbUser ? [dbUser] : [])];
      const users = await session.query('SELECT user FROM mysql.user WHERE user IN (?)', [names]);
      if (databases.length + users.length > 0)
        throw new Error(`database ${dbName} or a user of ${names.join(', ')} is still there after it was dropped`);
    });
  }

  /** From now on every backup of the company has an end. @returns those that are still there */
  private async endBackupsLater(tx: EntityManager, tenantId: string): Promise<Backup[]> {
    await tx.query(
      `UPDATE backups SET keep_until = LEAST(COALESCE(keep_until, DATE_ADD(UTC_TIMESTAMP(6), INTERVAL ? DAY)),
           DATE_ADD(UTC_TIMESTAMP(6), INTERVAL ? DAY)) WHERE tenant_id = ? AND status <> 'removed'`,
      [this.config.BACKUP_KEEP_DAYS, this.config.BACKUP_KEEP_DAYS, tenantId],
    );
    return this.backups.keptOf(tx, tenantId);
  }
}

const backupLine = ({ id, sha256, sizeBytes, verifiedAt }: Backup, kept: Backup[]) => ({
  id,
  sha256,
  size_bytes: Number(sizeBytes),
  verified_at: verifiedAt?.toISOString() ?? null,
  kept_until: kept.find((backup) => backup.id === id)?.keepUntil?.toISOString() ?? null,
});

/** Temporary passwords, password hashes and the last day of activity. @returns how many idempotency keys went */
async function forgetSecrets(tx: EntityManager, tenantId: string): Promise<number> {
  await tx.query('DELETE FROM tenant_activity WHERE tenant_id = ?', [tenantId]);
  await tx.query('DELETE FROM company_files WHERE tenant_id = ?', [tenantId]);
  await tx.query('DELETE FROM company_secrets WHERE tenant_id = ?', [tenantId]);
  await tx.query('DELETE FROM watched_companies WHERE tenant_id = ?', [tenantId]);
  await tx.query(
    "UPDATE tenant_operations SET input = JSON_REMOVE(input, '$.answer', '$.administrator') WHERE tenant_id = ? AND kind = 'create_tenant'",
    [tenantId],
  );
  const { affectedRows } = await tx.query('DELETE FROM idempotency_keys WHERE tenant_id = ?', [tenantId]);
  return affectedRows as number;
}
