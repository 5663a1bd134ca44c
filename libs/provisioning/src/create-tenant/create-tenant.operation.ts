import { isUnreachable, SecretBox } from '@finvera/common';
import { AuditLog, type Operation, type Tenant, TenantChangeBus } from '@finvera/master-data';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { operationActor } from '../operations/operation-actor.js';
import type { OperationKind, OperationStep, StepContext } from '../operations/operation-kind.js';
import { CreationTurns } from '../servers/creation-turns.js';
import { ServerConnections, type ServerSession } from '../servers/server-connections.js';
import { createDatabaseUser, dropDatabase, dropDatabaseUser } from '../servers/tenant-database.js';
import { TENANT_SCHEMA, type TenantSchema } from '../tenant-schema.js';
import { WarmDatabaseStore } from '../warm-databases/warm-database-store.js';
import { inTransaction, TenantDatabaseBuilder } from './tenant-database-builder.js';

export const CREATE_TENANT = 'create_tenant';

/** What the operation row of a creation holds; the passwords only as hash or encrypted. */
export interface CreateTenantInput {
  company_name: string;
  email: string;
  phone: string;
  /** the hash is absent when somebody waits: it is made beside the database, and after a crash nothing is resumed */
  administrator: { email: string; name: string; password_hash?: string; password_change_required: boolean };
  idempotency_key?: string;
  /** the first answer, encrypted, kept for repeated calls with the same key */
  answer?: string;
}

/** What the operation's state holds: the database made ready beforehand that this tenant was given. */
interface CreateTenantState {
  warm_database?: string;
}

/** From a record to a company that can sign in. Until `activate`, undoing leaves nothing of it. */
@Injectable()
export class CreateTenantOperation implements OperationKind {
  readonly kind = CREATE_TENANT;
  readonly pointOfNoReturn = 'activated';
  readonly steps: readonly OperationStep[] = [
    { name: 'record', undo: (context) => this.forgetRecord(context) },
    {
      name: 'build_database',
      do: (context) => this.buildDatabase(context),
      undo: (context) => this.dropDatabase(context),
    },
    { name: 'activate', do: (context) => this.activate(context) },
    // nothing is left to do: the name exists so that a crash right after the activation never undoes it
    { name: 'activated' },
  ];
  /** Of creations that somebody waits for in this process, by id of the operation. */
  readonly passwordHashes = new Map<string, Promise<string>>();
  private readonly logger = new Logger(CreateTenantOperation.name);

  constructor(
    @InjectDataSource() private readonly master: DataSource,
    @Inject(TENANT_SCHEMA) private readonly schema: TenantSchema,
    private readonly servers: ServerConnections,
    private readonly turns: CreationTurns,
    private readonly builder: TenantDatabaseBuilder,
    private readonly warm: WarmDatabaseStore,
    private readonly secrets: SecretBox,
    private readonly audit: AuditLog,
    private readonly changes: TenantChangeBus,
  ) {}

  private async buildDatabase({ tenant, operation, state }: StepContext) {
    await this.turns.run(tenant.serverId, () =>
      this.servers.use(
        tenant.serverId,
        async (session) => {
          const adopted = await this.adopt(session, tenant, state as CreateTenantState);
          if (!adopted) await this.builder.build(session, tenant.serverId, tenant.dbName);
          await this.createUser(session, tenant);
          await this.fill(session, operation, { withDefaults: !adopted });
        },
        { scripts: true },
      ),
    );
  }

  /** One that was made ready is renamed; when that was begun before or does not work, there is none of it any more. */
  private async adopt(session: ServerSession, tenant: Tenant, { warm_database }: CreateTenantState): Promise<boolean> {
    if (!warm_database) return false;
    try {
      if (await this.builder.adopt(session, warm_database, tenant.dbName)) return true;
    } catch (error) {
      if (isUnreachable(error)) throw error;
      this.logger.warn({ msg: 'database made ready was of no use', db_name: warm_database, err: error });
    }
    await dropDatabase(session, warm_database);
    return false;
  }

  private async dropDatabase({ tenant, state }: StepContext) {
    const { warm_database } = state as CreateTenantState;
    if (!tenant.dbName) return; // the record is gone: a former try undid it all
    await this.servers.use(tenant.serverId, async (session) => {
      await dropDatabase(session, tenant.dbName);
      if (warm_database) await dropDatabase(session, warm_database);
      if (tenant.dbUser) await dropDatabaseUser(session, tenant.dbUser);
    });
    if (warm_database) await this.warm.forget(warm_database);
  }

  private async createUser(session: ServerSession, { dbName, dbUser, dbPassword }: Tenant) {
    if (!dbUser || !dbPassword) return;
    await createDatabaseUser(session, dbName, dbUser, await this.secrets.decrypt(dbPassword));
  }

  private async fill(session: ServerSession, operation: Operation, { withDefaults }: { withDefaults: boolean }) {
    const { company_name, email, phone, administrator } = operation.input as unknown as CreateTenantInput;
    const passwordHash = administrator.password_hash ?? (await this.passwordHashes.get(operation.id));
    if (!passwordHash) throw new Error(`operation ${operation.id} has no password for the administrator`);
    await inTransaction(session, async (tx) => {
      if (withDefaults) await this.schema.seedDefaults(tx);
      await this.schema.seedCompany(tx, { companyName: company_name, email, phone });
      await this.schema.createAdministrator(tx, {
        email: administrator.email,
        name: administrator.name,
        passwordHash,
        passwordChangeRequired: administrator.password_change_required,
      });
    });
  }

  private async activate({ tenant, operation, state, signal }: StepContext) {
    const { warm_database } = state as CreateTenantState;
    const input = operation.input as unknown as CreateTenantInput;
    await this.master.transaction(async (tx) => {
      signal.throwIfAborted();
      await tx.query(
        "UPDATE tenant_master SET status = 'active', db_provisioned = 1, schema_version = ? WHERE id = ? AND status = 'provisioning'",
        [this.schema.schemaVersion, tenant.id],
      );
      await tx.query("UPDATE tenant_operations SET step = 'activated' WHERE id = ? AND claim_token = ?", [
        operation.id,
        operation.claimToken,
      ]);
      if (warm_database) await this.warm.forget(warm_database, tx);
      if (input.idempotency_key)
        await tx.query('UPDATE idempotency_keys SET answer = ? WHERE idempotency_key = ? AND tenant_id = ?', [
          input.answer ?? null,
          input.idempotency_key,
          tenant.id,
        ]);
      await this.audit.record(tx, operationActor(operation), {
        action: 'tenant.created',
        tenantId: tenant.id,
        objectType: 'tenant',
        objectId: tenant.id,
        after: { company_name: tenant.companyName, subdomain: tenant.subdomain, db_name: tenant.dbName },
      });
    });
    await this.changes.publish(tenant.id);
  }

  private async forgetRecord({ tenant }: StepContext) {
    await this.master.transaction(async (tx) => {
      await tx.query('DELETE FROM idempotency_keys WHERE tenant_id = ? AND answer IS NULL', [tenant.id]);
      await tx.query("DELETE FROM tenant_master WHERE id = ? AND status = 'provisioning'", [tenant.id]);
    });
    await this.changes.publish(tenant.id);
  }
}
