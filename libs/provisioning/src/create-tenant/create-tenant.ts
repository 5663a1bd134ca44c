import {
  type Actor,
  canonicalJson,
  conflict,
  generatePassword,
  hashPassword,
  type IdempotencyRequest,
  isDuplicate,
  malformed,
  newUuid,
  retryDeadlocks,
  SecretBox,
  sha256,
} from '@finvera/common';
import { MasterConfig, type Operation, type Plan, Tenant, TenantChangeBus } from '@finvera/master-data';
import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { OperationLocks } from '../operations/operation-locks.js';
import { OperationQueue } from '../operations/operation-queue.js';
import { OperationRunner } from '../operations/operation-runner.js';
import { OperationStore } from '../operations/operation-store.js';
import { chooseServer } from '../servers/choose-server.js';
import { TENANT_SCHEMA, type TenantSchema } from '../tenant-schema.js';
import { WarmDatabaseStore } from '../warm-databases/warm-database-store.js';
import { CREATE_TENANT, type CreateTenantInput, CreateTenantOperation } from './create-tenant.operation.js';
import { databaseName, databaseUser } from '../tenants/tenant-names.js';

export interface NewTenant {
  company_name: string;
  subdomain: string;
  email: string;
  phone: string;
  subscription_plan: string;
  admin_password?: string;
}

export interface CreatedTenant {
  tenantId: string;
  operationId: string;
  adminUser: { email: string; temporary_password?: string };
}

export interface CreateOptions {
  /** Come back when the company is ready, else when the operation is queued. */
  wait: boolean;
  /** Take a database that was made ready beforehand: when waiting, unless said otherwise. */
  warm?: boolean;
  idempotency?: IdempotencyRequest;
}

const INSERT_TRIES = 3;

/** Somebody else's request with the same Idempotency-Key came first. */
export class KeyTaken extends Error {}

/** Registers a company and makes it ready: record, database, user, migrations, default data, administrator. */
@Injectable()
export class CreateTenant {
  constructor(
    @InjectDataSource() private readonly master: DataSource,
    private readonly config: MasterConfig,
    private readonly secrets: SecretBox,
    private readonly store: OperationStore,
    private readonly locks: OperationLocks,
    private readonly runner: OperationRunner,
    private readonly queue: OperationQueue,
    private readonly changes: TenantChangeBus,
    private readonly warm: WarmDatabaseStore,
    private readonly kind: CreateTenantOperation,
    @Inject(TENANT_SCHEMA) private readonly schema: TenantSchema,
  ) {}

  /**
   * @throws KeyTaken; DomainError 409 `subdomain_taken`, 400 for an unknown plan; whatever made it fail, after nothing is left of it
   */
  async create(tenant: NewTenant, actor: Actor, options: CreateOptions): Promise<CreatedTenant> {
    const { wait, idempotency } = options;
    const operationId = newUuid();
    const tenantId = newUuid();
    const temporaryPassword = tenant.admin_password === undefined ? generatePassword() : undefined;
    const created: CreatedTenant = {
      tenantId,
      operationId,
      adminUser: {
        email: tenant.email.toLowerCase(),
        ...(temporaryPassword && { temporary_password: temporaryPassword }),
      },
    };
    // takes longer than all else but the tables: who waits lets it go on beside them
    const passwordHash = hashPassword(tenant.admin_password ?? temporaryPassword!);
    passwordHash.catch(() => undefined); // whoever needs it will know
    const input: CreateTenantInput = {
      company_name: tenant.company_name,
      email: tenant.email,
      phone: tenant.phone,
      administrator: {
        email: created.adminUser.email,
        name: tenant.company_name,
        ...(!wait && { password_hash: await passwordHash }),
        password_change_required: temporaryPassword !== undefined,
      },
      ...(idempotency && {
        idempotency_key: idempotency.key,
        answer: await this.secrets.encrypt(JSON.stringify(created)),
      }),
    };
    // before the row exists, so that nobody mistakes it for one that a crash left behind
    const lock = wait ? await this.locks.tryAcquire(operationId) : null;
    if (wait) this.kind.passwordHashes.set(operationId, passwordHash);
    try {
      const operation = await this.insert(tenant, actor, created, input, options);
      if (lock) await this.runner.runInserted(operation, lock);
    } finally {
      this.kind.passwordHashes.delete(operationId);
      await lock?.release();
    }
    if (wait) return created;
    await this.changes.publish(tenantId);
    await this.queue.wake(operationId);
    return created;
  }

  private async insert(
    tenant: NewTenant,
    actor: Actor,
    created: CreatedTenant,
    input: CreateTenantInput,
    { wait, warm = wait, idempotency }: CreateOptions,
  ): Promise<Operation> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await retryDeadlocks(() =>
          this.master.transaction(async (tx) => {
            if (idempotency)
            await tx.query('INSERT INTO idempotency_keys (idempotency_key, route, body_hash, tenant_id) VALUES (?, ?, ?, ?)', [
              idempotency.key, idempotency.route, sha256(canonicalJson(idempotency.body)), created.tenantId,
            ]); // biome-ignore format: one call
            const serverId = await this.insertTenant(tx, tenant, created.tenantId);
            const taken = warm && (await this.warm.claim(tx, serverId, this.schema.schemaVersion, created.tenantId));
            return this.store.insert(tx, {
              id: created.operationId,
              kind: CREATE_TENANT,
              tenantId: created.tenantId,
              status: wait ? 'running' : 'queued',
              input: input as unknown as Record<string, unknown>,
              ...(taken && { state: { warm_database: taken } }),
              requestedBy: actor,
              resumeAfterCrash: !wait,
            });
          }),
        );
      } catch (error) {
        if (isDuplicate(error) && /idempotency_keys|PRIMARY/.test((error as Error).message)) throw new KeyTaken();
        // two of one millisecond have the same name of a database, too
        const taken = isDuplicate(error) && /live_subdomain|tenant_master_database/.test((error as Error).message);
        if (!taken) throw error;
        const leftover = attempt < INSERT_TRIES && (await this.clearLeftover(tenant.subdomain));
        if (!leftover)
          throw conflict('subdomain_taken', `The subdomain ${tenant.subdomain} is taken; choose another one.`, {
            details: [{ field: 'subdomain', message: 'is taken' }],
          });
      }
    }
  }

  private async insertTenant(tx: EntityManager, tenant: NewTenant, tenantId: string): Promise<string> {
    const plan = await planOf(tx, tenant.subscription_plan);
    const server = await chooseServer(tx, plan.placementClass);
    const user = this.config.USE_SEPARATE_DB_USERS ? databaseUser(tenantId) : null;
    await tx.insert(Tenant, {
      id: tenantId,
      companyName: tenant.company_name,
      subdomain: tenant.subdomain,
      email: tenant.email,
      phone: tenant.phone,
      subscriptionPlan: plan.code,
      status: 'provisioning',
      serverId: server.id,
      dbName: databaseName(tenant.subdomain),
      dbHost: server.host,
      dbPort: server.port,
      dbUser: user,
      dbPassword: user && (await this.secrets.encrypt(generatePassword(32))),
      dbCredentialsAt: user && new Date(),
      dbProvisioned: false,
      storageUsedMb: '0',
      storageLimitMb: plan.storageLimitMb,
    });
    return server.id;
  }

  /** Whether the subdomain was held by a creation that a crash left behind, which is undone now. */
  private async clearLeftover(subdomain: string): Promise<boolean> {
    const holder = await this.master.getRepository(Tenant).findOneBy({ subdomain, status: 'provisioning' });
    if (!holder) return (await this.master.getRepository(Tenant).countBy({ subdomain, status: 'active' })) === 0;
    const operation = await this.store.activeOf(holder.id);
    return operation !== null && this.runner.run(operation.id);
  }
}

async function planOf(
  tx: EntityManager,
  code: string,
): Promise<Pick<Plan, 'code' | 'placementClass' | 'storageLimitMb'>> {
  const plans: { code: string; placement_class: Plan['placementClass']; storage_limit_mb: number }[] = await tx.query(
    'SELECT code, placement_class, storage_limit_mb FROM plans WHERE is_active = 1 ORDER BY code',
  );
  const plan = plans.find((candidate) => candidate.code === code);
  if (!plan)
    throw malformed(`There is no plan ${JSON.stringify(code)}; choose one of ${plans.map((p) => p.code).join(', ')}.`, [
      { field: 'subscription_plan', message: `must be one of ${plans.map((p) => p.code).join(', ')}` },
    ]);
  return { code: plan.code, placementClass: plan.placement_class, storageLimitMb: plan.storage_limit_mb };
}
