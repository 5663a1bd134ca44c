import { generatePassword, retryDeadlocks, SecretBox, unavailable } from '@finvera/common';
import { AuditLog, type Backup, MasterConfig, noteActivity, Plan, TenantChangeBus } from '@finvera/master-data';
import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { BackupStore } from '../backups/backup-store.js';
import { LoadBackup } from '../backups/load-backup.js';
import { operationActor } from '../operations/operation-actor.js';
import type { OperationKind, OperationStep, StepContext } from '../operations/operation-kind.js';
import { ProvisioningConfig } from '../provisioning.config.js';
import { MigrateTenant } from '../rollouts/migrate-tenant.js';
import { chooseServer } from '../servers/choose-server.js';
import { ServerConnections } from '../servers/server-connections.js';
import { createDatabaseUser, dropDatabase, dropDatabaseUser, killConnections } from '../servers/tenant-database.js';
import { TENANT_SCHEMA, type TenantSchema } from '../tenant-schema.js';
import { databaseName, databaseUser } from '../tenants/tenant-names.js';

export const UNARCHIVE_TENANT = 'unarchive_tenant';

/** Brings an archived company back: into a new database, compared with what was archived, then open again. */
@Injectable()
export class UnarchiveTenantOperation implements OperationKind {
  readonly kind = UNARCHIVE_TENANT;
  readonly pointOfNoReturn = 'open';
  readonly steps: readonly OperationStep[] = [
    { name: 'place', do: (context) => this.place(context), undo: (context) => this.unplace(context) },
    { name: 'restore', do: (context) => this.restore(context), undo: (context) => this.dropDatabase(context) },
    { name: 'migrate', do: (context) => this.migrate(context) },
    { name: 'create_user', do: (context) => this.createUser(context), undo: (context) => this.dropUser(context) },
    { name: 'open', do: (context) => this.open(context) },
  ];

  constructor(
    @InjectDataSource() private readonly master: DataSource,
    @Inject(TENANT_SCHEMA) private readonly schema: TenantSchema,
    private readonly masterConfig: MasterConfig,
    private readonly config: ProvisioningConfig,
    private readonly secrets: SecretBox,
    private readonly servers: ServerConnections,
    private readonly backups: BackupStore,
    private readonly loadBackup: LoadBackup,
    private readonly migrateTenant: MigrateTenant,
    private readonly audit: AuditLog,
    private readonly changes: TenantChangeBus,
  ) {}

  /**
   * Server, names and password of the new database go into the record: the census explains what is made next, and the
   * place on the server is taken.
   */
  private async place({ tenant, state }: StepContext): Promise<void> {
    if (state.db_name) return; // placed by a former try
    const { serverId, dbName, dbHost, dbPort } = tenant;
    const user = this.masterConfig.USE_SEPARATE_DB_USERS ? databaseUser(tenant.id) : null;
    const password = user && (await this.secrets.encrypt(generatePassword(32)));
    const name = databaseName(tenant.subdomain);
    await retryDeadlocks(() =>
      this.master.transaction(async (tx) => {
        const plan = await tx.findOneByOrFail(Plan, { code: tenant.subscriptionPlan });
        const server = await chooseServer(tx, plan.placementClass);
        await tx.query(
          `UPDATE tenant_master SET status = 'restoring', server_id = ?, db_name = ?, db_host = ?, db_port = ?, db_user = ?, db_password = ?,
             db_credentials_at = IF(db_user IS NULL, NULL, UTC_TIMESTAMP(6))
            WHERE id = ? AND status IN ('archived', 'restoring') AND db_provisioned = 0`,
          [server.id, name, server.host, server.port, user, password, tenant.id],
        );
      }),
    );
    state.former = [serverId, dbName, dbHost, dbPort];
    state.db_name = name;
    await this.changes.publish(tenant.id);
  }

  private async unplace({ tenant, state }: StepContext): Promise<void> {
    const { serverId, dbName, dbHost, dbPort } = tenant;
    const former = (state.former as unknown[] | undefined) ?? [serverId, dbName, dbHost, dbPort];
    await this.master.query(
      `UPDATE tenant_master SET status = 'archived', server_id = ?, db_name = ?, db_host = ?, db_port = ?, db_user = NULL, db_password = NULL,
         db_credentials_at = NULL
        WHERE id = ? AND status = 'restoring' AND db_provisioned = 0`,
      [...former, tenant.id],
    );
    await this.changes.publish(tenant.id);
  }

  private async restore({ tenant, operation, signal }: StepContext): Promise<void> {
    const backup = await this.archive(operation.input.backup_id as string);
    await this.loadBackup.run(backup, { serverId: tenant.serverId, database: tenant.dbName, signal });
  }

  private async dropDatabase({ tenant, state }: StepContext): Promise<void> {
    if (tenant.dbName !== state.db_name) return; // unplaced by a former try, which dropped it before
    await this.servers.use(tenant.serverId, async (session) => {
      await killConnections(session, tenant.dbName);
      await dropDatabase(session, tenant.dbName);
    });
  }

  /** What the archive is behind by; it was compared before, as it was written. Nobody is at work there to wait for a lock. */
  private async migrate({ tenant, state, signal }: StepContext): Promise<void> {
    const session = await this.migrateTenant.open(tenant.serverId);
    try {
      const target = this.schema.schemaVersion;
      const options = { direction: 'up', target, allowLocking: true, signal } as const;
      state.schema_version = await this.migrateTenant.run(session, tenant, options);
    } finally {
      session.close();
    }
  }

  private async createUser({ tenant }: StepContext): Promise<void> {
    const { dbName, dbUser, dbPassword } = tenant;
    if (!dbUser || !dbPassword) return;
    const password = await this.secrets.decrypt(dbPassword);
    await this.servers.use(tenant.serverId, (session) => createDatabaseUser(session, dbName, dbUser, password));
  }

  private async dropUser({ tenant }: StepContext): Promise<void> {
    const { dbUser } = tenant;
    if (dbUser) await this.servers.use(tenant.serverId, (session) => dropDatabaseUser(session, dbUser));
  }

  private async open({ tenant, operation, state }: StepContext): Promise<void> {
    await this.master.transaction(async (tx) => {
      const { affectedRows } = await tx.query(
        `UPDATE tenant_master SET status = CASE WHEN suspended_at IS NULL THEN 'active' ELSE 'suspended' END,
           db_provisioned = 1, schema_version = ? WHERE id = ? AND status = 'restoring' AND db_provisioned = 0`,
        [state.schema_version, tenant.id],
      );
      if (affectedRows === 0) return; // done by a former try
      await tx.query(
        `UPDATE backups SET keep_until = DATE_ADD(UTC_TIMESTAMP(6), INTERVAL ? DAY)
          WHERE tenant_id = ? AND kind = 'archive' AND status <> 'removed' AND keep_until IS NULL`,
        [this.config.BACKUP_KEEP_DAYS, tenant.id],
      );
      await noteActivity(tx, tenant.id);
      await this.audit.record(tx, operationActor(operation), {
        action: 'tenant.unarchived',
        tenantId: tenant.id,
        objectType: 'tenant',
        objectId: tenant.id,
        before: { status: 'archived' },
        after: {
          status: tenant.suspendedAt ? 'suspended' : 'active',
          db_name: tenant.dbName,
          backup_id: operation.input.backup_id,
        },
      });
    });
    await this.changes.publish(tenant.id);
  }

  private async archive(id: string): Promise<Backup> {
    const backup = await this.backups.one(id);
    if (backup?.status !== 'verified')
      throw unavailable('archive_missing', `The archive ${id} is not there any more.`, 60);
    return backup;
  }
}
