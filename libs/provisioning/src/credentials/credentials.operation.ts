import { generatePassword, SecretBox } from '@finvera/common';
import { AuditLog, type Tenant, TenantChangeBus } from '@finvera/master-data';
import { openConnection } from '@finvera/tenancy';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { operationActor } from '../operations/operation-actor.js';
import { NotYet, type OperationKind, type OperationStep, type StepContext } from '../operations/operation-kind.js';
import { Fenced } from '../operations/operation-store.js';
import { ProvisioningConfig } from '../provisioning.config.js';
import { ServerConnections } from '../servers/server-connections.js';
import { createDatabaseUser, dropDatabaseUsersOf } from '../servers/tenant-database.js';
import { databaseUsersOf } from '../tenants/tenant-names.js';
import { connectionsOf, endAllConnectionsOf, endIdleConnectionsOf } from './former-connections.js';

const PASSWORD_LENGTH = 32;
const CONNECT_TIMEOUT_MS = 3_000;
const LOOK_EVERY_MS = 1_000;
/** A statement of the former user that still runs so long after the change is ended. */
const STATEMENT_MAX_MS = 900_000;

/** What the steps leave for later ones. */
interface CredentialsState {
  /** the user before; null when the tenant shared the server's */
  former_user?: string | null;
  /** when the change was announced, milliseconds since 1970 */
  announced_at?: number;
}

/**
 * Gives a tenant a new database user with a new password while requests run: the new user is made and proved beside the
 * one in use, the record is switched to it in one statement, and the former one goes when nobody is signed in with it
 * any more. Until the switch, undoing leaves nothing.
 */
@Injectable()
export abstract class CredentialsOperation implements OperationKind {
  abstract readonly kind: string;
  /** what the audit log says happened */
  protected abstract readonly action: string;
  readonly pointOfNoReturn = 'announce';
  readonly steps: readonly OperationStep[] = [
    { name: 'prepare', do: (context) => this.prepare(context), undo: ({ tenant }) => this.forgetNext(tenant) },
    { name: 'create_user', do: (context) => this.createUser(context), undo: ({ tenant }) => this.dropOthers(tenant) },
    { name: 'prove', do: ({ tenant }) => this.prove(tenant) },
    { name: 'switch', do: (context) => this.switch(context) },
    { name: 'announce', do: (context) => this.announce(context) },
    { name: 'drain', do: (context) => this.drain(context) },
    { name: 'drop_user', do: ({ tenant, state }) => this.dropOthers(tenant, (state as CredentialsState).former_user) },
  ];

  constructor(
    @InjectDataSource() private readonly master: DataSource,
    private readonly config: ProvisioningConfig,
    private readonly servers: ServerConnections,
    private readonly secrets: SecretBox,
    private readonly audit: AuditLog,
    private readonly changes: TenantChangeBus,
  ) {}

  /** The record knows of the new user before the server does, so that none is ever left that no record explains. */
  private async prepare({ tenant, state }: StepContext): Promise<void> {
    (state as CredentialsState).former_user = tenant.dbUser;
    const name = databaseUsersOf(tenant.id).find((candidate) => candidate !== tenant.dbUser)!;
    await this.master.query(
      `UPDATE tenant_master SET next_db_user = ?, next_db_password = ?, updated_at = updated_at
        WHERE id = ? AND next_db_user IS NULL`,
      [name, await this.secrets.encrypt(generatePassword(PASSWORD_LENGTH)), tenant.id],
    );
  }

  private async createUser({ tenant }: StepContext): Promise<void> {
    const { user, password } = await this.next(tenant);
    await this.servers.use(tenant.serverId, (session) => createDatabaseUser(session, tenant.dbName, user, password));
  }

  /** Signs in as the new user and looks at the tables. */
  private async prove(tenant: Tenant): Promise<void> {
    const { host, port } = await this.servers.target(tenant.serverId);
    const credentials = await this.next(tenant);
    const connection = await openConnection({
      host,
      port,
      ...credentials,
      database: tenant.dbName,
      connectTimeoutMs: CONNECT_TIMEOUT_MS,
    });
    try {
      const [tables] = await connection
        .promise()
        .query('SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE() LIMIT 1');
      if ((tables as unknown[]).length === 0) throw new Error(`the new user sees no table of ${tenant.dbName}`);
    } finally {
      connection.destroy();
    }
  }

  private async switch({ tenant, operation, signal, state }: StepContext): Promise<void> {
    await this.master.transaction(async (tx) => {
      signal.throwIfAborted();
      const { affectedRows } = await tx.query(
        `UPDATE tenant_master SET db_user = next_db_user, db_password = next_db_password, next_db_user = NULL,
           next_db_password = NULL, db_credentials_at = UTC_TIMESTAMP(6) WHERE id = ? AND next_db_user IS NOT NULL`,
        [tenant.id],
      );
      if (affectedRows === 0) throw new Error(`the record of ${tenant.id} names no next user`);
      // in the same transaction, so that a crash right after it never undoes what is in use by now
      const moved = await tx.query("UPDATE tenant_operations SET step = 'announce' WHERE id = ? AND claim_token = ?", [
        operation.id,
        operation.claimToken,
      ]);
      if (moved.affectedRows === 0) throw new Fenced(`operation ${operation.id} was taken over`);
      await this.audit.record(tx, operationActor(operation), {
        action: this.action,
        tenantId: tenant.id,
        objectType: 'tenant',
        objectId: tenant.id,
        before: { db_user: (state as CredentialsState).former_user ?? 'of the server' },
        after: { db_user: tenant.nextDbUser },
      });
    });
  }

  private async announce({ tenant, state }: StepContext): Promise<void> {
    (state as CredentialsState).announced_at = Date.now();
    await this.changes.publish(tenant.id);
  }

  /**
   * Waits until nobody is signed in as the former user. Processes close their connections by themselves when they hear of
   * the change, each when its statement is done; what is idle after `CREDENTIALS_DRAIN_MS` is ended.
   */
  private async drain({ tenant, state }: StepContext): Promise<void> {
    const { former_user: former, announced_at: announced = Date.now() } = state as CredentialsState;
    if (!former) return; // the server's user stays: others use it
    const sinceMs = Date.now() - announced;
    if (sinceMs < this.config.CREDENTIALS_SETTLE_MS) throw new NotYet(this.config.CREDENTIALS_SETTLE_MS - sinceMs);
    const left = await this.servers.use(tenant.serverId, async (session) => {
      if (sinceMs >= STATEMENT_MAX_MS) await endAllConnectionsOf(session, former);
      else if (sinceMs >= this.config.CREDENTIALS_DRAIN_MS) await endIdleConnectionsOf(session, former);
      return connectionsOf(session, former);
    });
    if (left > 0) throw new NotYet(LOOK_EVERY_MS);
  }

  private async dropOthers(tenant: Tenant, former?: string | null): Promise<void> {
    if (!tenant.serverId) return; // the record is gone, and the tenant's users went before it
    await this.servers.use(tenant.serverId, (session) =>
      dropDatabaseUsersOf(session, tenant, { except: tenant.dbUser, former }),
    );
  }

  private async forgetNext(tenant: Tenant): Promise<void> {
    await this.master.query(
      'UPDATE tenant_master SET next_db_user = NULL, next_db_password = NULL, updated_at = updated_at WHERE id = ?',
      [tenant.id],
    );
  }

  private async next({ id, nextDbUser, nextDbPassword }: Tenant): Promise<{ user: string; password: string }> {
    if (!nextDbUser || !nextDbPassword) throw new Error(`the record of ${id} names no next user`);
    return { user: nextDbUser, password: await this.secrets.decrypt(nextDbPassword) };
  }
}

export const ROTATE_PASSWORD = 'rotate_password';
export const HARDEN_TENANT = 'harden_tenant';

/** A new password, with a new user, for a tenant that has a database user of its own. */
@Injectable()
export class RotatePasswordOperation extends CredentialsOperation {
  readonly kind = ROTATE_PASSWORD;
  protected readonly action = 'tenant.password_rotated';
}

/** A database user of its own for a tenant that shared the server's. */
@Injectable()
export class HardenTenantOperation extends CredentialsOperation {
  readonly kind = HARDEN_TENANT;
  protected readonly action = 'tenant.hardened';
}
