import {
  type Actor,
  conflict,
  generatePassword,
  isDuplicate,
  newUuid,
  retryDeadlocks,
  SecretBox,
} from '@finvera/common';
import {
  AuditLog,
  type Backup,
  MasterConfig,
  type Operation,
  Plan,
  Tenant,
  TenantChangeBus,
} from '@finvera/master-data';
import { SUBDOMAIN_MAX_LENGTH } from '@finvera/tenancy';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { requestOf } from '../operations/operation-audit.js';
import { OperationQueue } from '../operations/operation-queue.js';
import { OperationStore } from '../operations/operation-store.js';
import { chooseServer } from '../servers/choose-server.js';
import { FindTenants } from '../tenants/find-tenants.js';
import { databaseName, databaseUser } from '../tenants/tenant-names.js';
import { RESTORE_TENANT } from './restore-tenant.operation.js';

/** Copies of one backup that are given a name by themselves. */
const NAMES_MAX = 20;
const COMPANY_NAME_MAX = 200;

export interface CopyRequest {
  as?: { subdomain?: string; company_name?: string };
  read_only?: boolean;
}

/** Makes the record of a company that is to be made from a backup, together with the operation that makes it. */
@Injectable()
export class NewCopy {
  constructor(
    @InjectDataSource() private readonly master: DataSource,
    private readonly config: MasterConfig,
    private readonly secrets: SecretBox,
    private readonly tenants: FindTenants,
    private readonly store: OperationStore,
    private readonly queue: OperationQueue,
    private readonly audit: AuditLog,
    private readonly changes: TenantChangeBus,
  ) {}

  /** @throws DomainError 409 `subdomain_taken`; 503 `no_server_available` */
  async start(backup: Backup, request: CopyRequest, actor: Actor): Promise<Operation> {
    const of = await this.tenants.one(backup.tenantId);
    const wanted = request.as?.subdomain;
    for (let number = 1; ; number += 1) {
      const subdomain = wanted ?? subdomainOf(of.subdomain, backup, number);
      try {
        return await this.insert(of, backup, { ...request, subdomain }, actor);
      } catch (error) {
        // two of one millisecond have the same name of a database, too
        const taken = isDuplicate(error) && /live_subdomain|tenant_master_database/.test((error as Error).message);
        if (!taken) throw error;
        if (wanted !== undefined || number === NAMES_MAX)
          throw conflict('subdomain_taken', `The subdomain ${subdomain} is taken; choose another one.`, {
            details: [{ field: 'as.subdomain', message: 'is taken' }],
          });
      }
    }
  }

  private async insert(
    of: Tenant,
    backup: Backup,
    { subdomain, as, read_only = as === undefined }: CopyRequest & { subdomain: string },
    actor: Actor,
  ): Promise<Operation> {
    const [id, operationId] = [newUuid(), newUuid()];
    const user = this.config.USE_SEPARATE_DB_USERS ? databaseUser(id) : null;
    const password = user && (await this.secrets.encrypt(generatePassword(32)));
    await retryDeadlocks(() =>
      this.master.transaction(async (tx) => {
        const plan = await tx.findOneByOrFail(Plan, { code: of.subscriptionPlan });
        const server = await chooseServer(tx, plan.placementClass);
        await tx.insert(Tenant, {
          id,
          companyName: as?.company_name ?? nameOf(of, backup),
          subdomain,
          email: of.email,
          phone: of.phone,
          subscriptionPlan: plan.code,
          status: 'restoring',
          serverId: server.id,
          dbName: databaseName(subdomain),
          dbHost: server.host,
          dbPort: server.port,
          dbUser: user,
          dbPassword: password,
          dbCredentialsAt: user && new Date(),
          dbProvisioned: false,
          storageUsedMb: '0',
          storageLimitMb: of.storageLimitMb,
          copyOfBackup: backup.id,
          ...(read_only && {
            readOnlySince: new Date(),
            readOnlyFor: 'copy',
            readOnlyReason: `it is ${of.subdomain} as it was on ${momentOf(backup)}`,
          }),
        });
        const operation = await this.store.insert(tx, {
          id: operationId,
          kind: RESTORE_TENANT,
          tenantId: id,
          status: 'queued',
          input: { mode: 'copy', backup_id: backup.id },
          requestedBy: actor,
          resumeAfterCrash: true,
        });
        await this.audit.record(tx, actor, requestOf('requested', operation));
      }),
    );
    await this.changes.publish(id); // somebody may have asked for the subdomain, and been told that there is none
    await this.queue.wake(operationId);
    return (await this.store.find(operationId))!;
  }
}

/** "2026-11-17 02:15 UTC" */
const momentOf = ({ createdAt }: Backup): string => `${createdAt.toISOString().slice(0, 16).replace('T', ' ')} UTC`;

const nameOf = ({ companyName }: Tenant, backup: Backup): string => {
  const when = ` (${momentOf(backup)})`;
  return companyName.slice(0, COMPANY_NAME_MAX - when.length) + when;
};

/** `acme-20261117-0215`, and with a number behind it when there is one already. */
function subdomainOf(of: string, { createdAt }: Backup, number: number): string {
  const digits = createdAt.toISOString().replaceAll(/\D/g, '');
  const behind = `-${digits.slice(0, 8)}-${digits.slice(8, 12)}${number === 1 ? '' : `-${number}`}`;
  return of.slice(0, SUBDOMAIN_MAX_LENGTH - behind.length).replace(/-+$/, '') + behind;
}
