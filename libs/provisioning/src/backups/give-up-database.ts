import { Injectable } from '@nestjs/common';
import type { Tenant } from '@finvera/master-data';
import type { StepContext } from '../operations/operation-kind.js';
import { fenceTenant } from '../servers/fence-tenant.js';
import { ServerConnections } from '../servers/server-connections.js';
import { dropDatabase, dropDatabaseUsersOf, killConnections, unlockDatabaseUser } from '../servers/tenant-database.js';
import { BackupStore } from './backup-store.js';
import { VerifyBackup } from './verify-backup.js';

/** What archiving and purging have in common: nobody reaches the database, its backup is proved, database and users go. */
@Injectable()
export class GiveUpDatabase {
  constructor(
    private readonly servers: ServerConnections,
    private readonly backups: BackupStore,
    private readonly verifyBackup: VerifyBackup,
  ) {}

  /** @param options.closedBefore the company's record has said so since an earlier operation */
  fence({ tenant, signal }: StepContext, { closedBefore = false } = {}): Promise<void> {
    return this.servers.use(tenant.serverId, (session) => fenceTenant(session, tenant, { closedBefore, signal }));
  }

  async unfence({ tenant }: StepContext): Promise<void> {
    const { dbUser } = tenant;
    if (dbUser) await this.servers.use(tenant.serverId, (session) => unlockDatabaseUser(session, dbUser));
  }

  /** Proves the operation's backup by a trial restore. @returns whether there is one */
  async verify({ tenant, operation, signal }: StepContext): Promise<boolean> {
    const backup = await this.backups.ofOperation(operation.id);
    if (backup) await this.verifyBackup.run(backup, { serverId: tenant.serverId, signal });
    return backup !== null;
  }

  async dropTrial({ tenant, operation }: StepContext): Promise<void> {
    const backup = await this.backups.ofOperation(operation.id);
    if (backup) await this.verifyBackup.undo(backup, tenant.serverId);
  }

  dropDatabase({ tenant }: { tenant: Tenant }): Promise<void> {
    return this.servers.use(tenant.serverId, async (session) => {
      await killConnections(session, tenant.dbName);
      await dropDatabase(session, tenant.dbName);
    });
  }

  async dropUsers({ tenant }: { tenant: Tenant }): Promise<void> {
    await this.servers.use(tenant.serverId, (session) => dropDatabaseUsersOf(session, tenant));
  }
}
