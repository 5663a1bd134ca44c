import { type Actor, conflict } from '@finvera/common';
import type { Operation, Tenant } from '@finvera/master-data';
import { Injectable } from '@nestjs/common';
import { StartOperation } from '../operations/start-operation.js';
import { HARDEN_TENANT, ROTATE_PASSWORD } from './credentials.operation.js';

/** Companies that have a database whose user can be changed. */
export const CHANGEABLE_STATUSES: readonly Tenant['status'][] = ['active', 'suspended', 'deleting'];

/** Starts the change of a company's database user and password. */
@Injectable()
export class ChangeCredentials {
  constructor(private readonly operations: StartOperation) {}

  /** @throws DomainError 409 `shares_database_user` when it has no user of its own; `tenant_status`, `operation_running` */
  rotatePassword(tenantId: string, actor: Actor): Promise<Operation> {
    return this.operations.start({ kind: ROTATE_PASSWORD, tenantId }, actor, (tenant) => {
      assertHasDatabase(tenant);
      if (tenant.dbUser === null)
        throw conflict(
          'shares_database_user',
          `The company ${tenant.subdomain} shares the database server's user and has no password of its own; harden it first.`,
        );
    });
  }

  /** @throws DomainError 409 `already_hardened` when it has a user of its own; `tenant_status`, `operation_running` */
  harden(tenantId: string, actor: Actor): Promise<Operation> {
    return this.operations.start({ kind: HARDEN_TENANT, tenantId }, actor, (tenant) => {
      assertHasDatabase(tenant);
      if (tenant.dbUser !== null)
        throw conflict('already_hardened', `The company ${tenant.subdomain} has a database user of its own already.`);
    });
  }
}

function assertHasDatabase(tenant: Tenant): void {
  if (tenant.dbProvisioned && CHANGEABLE_STATUSES.includes(tenant.status)) return;
  throw conflict(
    'tenant_status',
    `The company ${tenant.subdomain} is ${tenant.status} and its database user cannot be changed now.`,
  );
}
