import { generatePassword, SecretBox } from '@finvera/common';
import { AuditLog, type Tenant, TenantChangeBus } from '@finvera/master-data';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { operationActor } from '../operations/operation-actor.js';
import type { StepContext } from '../operations/operation-kind.js';
import { Fenced } from '../operations/operation-store.js';
import { ProvisioningConfig } from '../provisioning.config.js';
import { fenceTenant } from '../servers/fence-tenant.js';
import { ServerConnections } from '../servers/server-connections.js';
import { createDatabaseUser, dropDatabaseUsersOf, unlockDatabaseUser } from '../servers/tenant-database.js';
import { databaseName, databaseUsersOf } from '../tenants/tenant-names.js';
import { PreviousDatabases } from './previous-databases.js';
import type { RestoreInput, RestoreState } from './restore-input.js';
import { RestoredDatabase } from './restored-database.js';

const PASSWORD_LENGTH = 32;

/**
 * A company gets another database: one made from a backup, or the one that it had before. It is closed meanwhile, and
 * the database that it has is not touched; in one statement the record names the other one, with a user of its own.
 */
@Injectable()
export class RestoreInPlace {
  constructor(
    @InjectDataSource() private readonly master: DataSource,
    private readonly config: ProvisioningConfig,
    private readonly secrets: SecretBox,
    private readonly servers: ServerConnections,
    private readonly previous: PreviousDatabases,
    private readonly database: RestoredDatabase,
    private readonly audit: AuditLog,
    private readonly changes: TenantChangeBus,
  ) {}

  /** Closes the company; the record and the operation name what is made next, so that the census explains it. */
  async place({ tenant, operation, state }: StepContext): Promise<void> {
    const restore = state as RestoreState;
    restore.db_name ??= await this.nameOf(operation.input as RestoreInput, tenant);
    restore.former_db = tenant.dbName;
    restore.former_user = tenant.dbUser;
    const next = tenant.dbUser && databaseUsersOf(tenant.id).find((candidate) => candidate !== tenant.dbUser)!;
    const password = next && (await this.secrets.encrypt(generatePassword(PASSWORD_LENGTH)));
    await this.master.query(
      `UPDATE tenant_master SET status = 'restoring', next_db_password = COALESCE(next_db_password, ?), next_db_user = ?
        WHERE id = ? AND status IN ('active', 'suspended', 'restoring')`,
      [password, next, tenant.id],
    );
    await this.changes.publish(tenant.id);
  }

  private async nameOf(input: RestoreInput, tenant: Tenant): Promise<string> {
    return 'previous_id' in input ? (await this.previousOne(input.previous_id)).dbName : databaseName(tenant.subdomain);
  }

  async unplace({ tenant }: StepContext): Promise<void> {
    await this.master.query(
      `UPDATE tenant_master SET status = CASE WHEN suspended_at IS NULL THEN 'active' ELSE 'suspended' END,
         next_db_user = NULL, next_db_password = NULL WHERE id = ? AND status = 'restoring'`,
      [tenant.id],
    );
    await this.changes.publish(tenant.id);
  }

  fence({ tenant, signal }: StepContext): Promise<void> {
    return this.servers.use(tenant.serverId, (session) => fenceTenant(session, tenant, { signal }));
  }

  async unfence({ tenant: { serverId, dbUser } }: StepContext): Promise<void> {
    if (dbUser) await this.servers.use(serverId, (session) => unlockDatabaseUser(session, dbUser));
  }

  async load({ tenant, operation, state, signal }: StepContext): Promise<void> {
    const input = operation.input as RestoreInput;
    if ('previous_id' in input) return void (await this.previousOne(input.previous_id)); // it is there
    await this.database.load(input.backup_id, tenant.serverId, (state as RestoreState).db_name!, signal);
  }

  async unload({ tenant, operation, state }: StepContext): Promise<void> {
    const { db_name } = state as RestoreState;
    if ('previous_id' in operation.input || !db_name || db_name === tenant.dbName) return;
    await this.database.drop(tenant.serverId, db_name);
  }

  async createUser({ tenant, state }: StepContext): Promise<void> {
    const { serverId, nextDbUser: user, nextDbPassword } = tenant;
    if (!user || !nextDbPassword) return;
    const password = await this.secrets.decrypt(nextDbPassword);
    const { db_name } = state as RestoreState;
    await this.servers.use(serverId, (session) => createDatabaseUser(session, db_name!, user, password));
  }

  /** Before the switch the one that is made beside it, after it the one that the replaced database had. */
  async dropOtherUsers({ tenant, state }: StepContext): Promise<void> {
    const { former_user: former } = state as RestoreState;
    await this.servers.use(tenant.serverId, (session) =>
      dropDatabaseUsersOf(session, tenant, { except: tenant.dbUser, former }),
    );
  }

  /** The one step that anybody sees: from here on the company works with the other database. */
  async switch({ tenant, operation, state, signal }: StepContext): Promise<void> {
    const restore = state as RestoreState;
    const input = operation.input as RestoreInput;
    await this.master.transaction(async (tx) => {
      signal.throwIfAborted();
      if ('previous_id' in input) await this.previous.forget(input.previous_id, tx);
      const { dbName, keepUntil } = await this.previous.keep(tx, tenant, operation.id, this.config.PREVIOUS_DATABASE_KEEP_HOURS); // biome-ignore format: one call
      const status = tenant.suspendedAt ? 'suspended' : 'active';
      const { affectedRows } = await tx.query(
        `UPDATE tenant_master SET status = ?, db_name = ?, db_user = next_db_user, db_password = next_db_password, next_db_user = NULL,
           next_db_password = NULL, db_credentials_at = IF(db_user IS NULL, NULL, UTC_TIMESTAMP(6)), schema_version = ?
          WHERE id = ? AND status = 'restoring' AND db_name = ?`,
        [status, restore.db_name, restore.schema_version, tenant.id, tenant.dbName],
      );
      if (affectedRows === 0) throw new Error(`the record of ${tenant.id} is not that of a company that is restored`);
      restore.result = {
        tenant_id: tenant.id,
        subdomain: tenant.subdomain,
        db_name: restore.db_name!,
        schema_version: restore.schema_version ?? null,
        backup_id: 'backup_id' in input ? input.backup_id : null,
        previous: { db_name: dbName, keep_until: keepUntil.toISOString() },
      };
      // in the same transaction, so that a crash right after it never undoes what is in use by now
      const moved = await tx.query(
        "UPDATE tenant_operations SET step = 'announce', state = ? WHERE id = ? AND claim_token = ?",
        [JSON.stringify(restore), operation.id, operation.claimToken],
      );
      if (moved.affectedRows === 0) throw new Fenced(`operation ${operation.id} was taken over`);
      await this.audit.record(tx, operationActor(operation), {
        action: 'tenant.restored',
        tenantId: tenant.id,
        objectType: 'tenant',
        objectId: tenant.id,
        before: { db_name: dbName, schema_version: tenant.schemaVersion },
        after: { ...restore.result, status },
      });
    });
  }

  private async previousOne(id: string) {
    const previous = await this.previous.one(id);
    if (!previous) throw new Error(`the previous database ${id} is not there any more`);
    return previous;
  }
}
