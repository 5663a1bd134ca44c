import { quoteIdentifier, unavailable } from '@finvera/common';
import type { Backup, Tenant } from '@finvera/master-data';
import { Inject, Injectable } from '@nestjs/common';
import { BackupStore } from '../backups/backup-store.js';
import { LoadBackup } from '../backups/load-backup.js';
import { inTransaction } from '../create-tenant/tenant-database-builder.js';
import { MigrateTenant } from '../rollouts/migrate-tenant.js';
import { ServerConnections } from '../servers/server-connections.js';
import { dropDatabase, killConnections } from '../servers/tenant-database.js';
import { TENANT_SCHEMA, type TenantSchema } from '../tenant-schema.js';

/** The database that a restore makes, before it is anybody's. */
@Injectable()
export class RestoredDatabase {
  constructor(
    @Inject(TENANT_SCHEMA) private readonly schema: TenantSchema,
    private readonly servers: ServerConnections,
    private readonly backups: BackupStore,
    private readonly loadBackup: LoadBackup,
    private readonly migrateTenant: MigrateTenant,
  ) {}

  /** @throws DomainError 503 `backup_not_usable`; 500 `backup_damaged`, `backup_differs` */
  async load(backupId: string, serverId: string, database: string, signal: AbortSignal): Promise<void> {
    await this.loadBackup.run(await this.backup(backupId), { serverId, database, signal });
  }

  async backup(id: string): Promise<Backup> {
    const backup = await this.backups.one(id);
    if (backup?.status !== 'verified')
      throw unavailable('backup_not_usable', `The backup ${id} is not there any more.`, 60);
    return backup;
  }

  drop(serverId: string, database: string): Promise<void> {
    return this.servers.use(serverId, async (session) => {
      await killConnections(session, database);
      await dropDatabase(session, database);
    });
  }

  /** Up to what this code needs; nobody is at work there to wait for a lock. @returns the version then */
  async migrate({ id, serverId }: Tenant, database: string, signal: AbortSignal): Promise<string | null> {
    const session = await this.migrateTenant.open(serverId);
    try {
      const options = { direction: 'up', target: this.schema.schemaVersion, allowLocking: true, signal } as const;
      return await this.migrateTenant.run(session, { id, dbName: database }, options);
    } finally {
      session.close();
    }
  }

  /** It was another company's, and is this one's from now on. */
  async identify({ serverId, companyName, email, phone }: Tenant, database: string): Promise<void> {
    await this.servers.use(serverId, async (session) => {
      await session.query(`USE ${quoteIdentifier(database)}`);
      await inTransaction(session, (tx) => this.schema.identify(tx, { companyName, email, phone }));
    });
  }
}
