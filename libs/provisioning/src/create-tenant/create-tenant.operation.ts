import { SecretBox } from '@finvera/common';
import { AuditLog, TenantChangeBus } from '@finvera/master-data';
import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { operationActor } from '../operations/operation-actor.js';
import type { OperationKind, OperationStep, StepContext } from '../operations/operation-kind.js';
import { ServerConnections } from '../servers/server-connections.js';
import { createDatabase, createDatabaseUser, dropDatabase, dropDatabaseUser } from '../servers/tenant-database.js';
import { TENANT_SCHEMA, type TenantSchema } from '../tenant-schema.js';
import { fillTenantDatabase } from './fill-tenant-database.js';

export const CREATE_TENANT = 'create_tenant';

/** What the operation row of a creation holds; the passwords only as hash or encrypted. */
export interface CreateTenantInput {
  company_name: string;
  email: string;
  phone: string;
  administrator: { email: string; name: string; password_hash: string; password_change_required: boolean };
  idempotency_key?: string;
  /** the first answer, encrypted, kept for repeated calls with the same key */
  answer?: string;
}

/** From a record to a company that can sign in. Until `activate`, undoing leaves nothing of it. */
@Injectable()
export class CreateTenantOperation implements OperationKind {
  readonly kind = CREATE_TENANT;
  readonly pointOfNoReturn = 'activated';
  readonly steps: readonly OperationStep[] = [
    { name: 'record', do: async () => undefined, undo: (context) => this.forgetRecord(context) },
    {
      name: 'create_database',
      do: (context) => this.createDatabase(context),
      undo: (context) => this.dropDatabase(context),
    },
    { name: 'create_user', do: (context) => this.createUser(context), undo: (context) => this.dropUser(context) },
    { name: 'fill_database', do: (context) => this.fill(context) },
    { name: 'activate', do: (context) => this.activate(context) },
    // nothing is left to do: the name exists so that a crash right after the activation never undoes it
    { name: 'activated', do: async () => undefined },
  ];

  constructor(
    @InjectDataSource() private readonly master: DataSource,
    @Inject(TENANT_SCHEMA) private readonly schema: TenantSchema,
    private readonly servers: ServerConnections,
    private readonly secrets: SecretBox,
    private readonly audit: AuditLog,
    private readonly changes: TenantChangeBus,
  ) {}

  private createDatabase({ tenant }: StepContext) {
    return this.servers.use(tenant.serverId, (session) => createDatabase(session, tenant.dbName));
  }

  private async dropDatabase({ tenant }: StepContext) {
    if (!tenant.dbName) return; // the record is gone: a former try undid it all
    await this.servers.use(tenant.serverId, (session) => dropDatabase(session, tenant.dbName));
  }

  private async createUser({ tenant }: StepContext) {
    if (!tenant.dbUser || !tenant.dbPassword) return;
    const { dbName, dbUser } = tenant;
    const password = await this.secrets.decrypt(tenant.dbPassword);
    await this.servers.use(tenant.serverId, (session) => createDatabaseUser(session, dbName, dbUser, password));
  }

  private async dropUser({ tenant }: StepContext) {
    const { dbUser } = tenant;
    if (dbUser) await this.servers.use(tenant.serverId, (session) => dropDatabaseUser(session, dbUser));
  }

  private async fill({ tenant, operation }: StepContext) {
    const input = operation.input as unknown as CreateTenantInput;
    await fillTenantDatabase({
      target: { ...(await this.servers.target(tenant.serverId)), database: tenant.dbName },
      schema: this.schema,
      company: { companyName: input.company_name, email: input.email, phone: input.phone },
      administrator: {
        email: input.administrator.email,
        name: input.administrator.name,
        passwordHash: input.administrator.password_hash,
        passwordChangeRequired: input.administrator.password_change_required,
      },
    });
  }

  private async activate({ tenant, operation, signal }: StepContext) {
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
