import { type Actor, conflict, malformed } from '@finvera/common';
import type { Operation, Tenant } from '@finvera/master-data';
import { Injectable } from '@nestjs/common';
import { StartOperation } from '../operations/start-operation.js';
import { ProvisioningConfig } from '../provisioning.config.js';
import { DELETE_TENANT } from './delete-tenant.operation.js';
import { PURGE_TENANT } from './purge-tenant.operation.js';
import { UNDELETE_TENANT } from './undelete-tenant.operation.js';

/** Starts the end of a company, and takes it back. */
@Injectable()
export class DeleteTenant {
  constructor(
    private readonly operations: StartOperation,
    private readonly config: ProvisioningConfig,
  ) {}

  /** Closes it now; its database goes after the grace period. */
  delete(tenantId: string, actor: Actor): Promise<Operation> {
    const input = { grace_days: this.config.DELETE_GRACE_DAYS };
    return this.operations.start({ kind: DELETE_TENANT, tenantId, input }, actor, (tenant) => {
      if (tenant.status === 'deleting' || tenant.status === 'deleted')
        throw conflict('tenant_deleted', `The company ${tenant.subdomain} is deleted already.`);
    });
  }

  /** Ends it at once and for good. @throws DomainError 400 `confirmation_missing` unless its name was typed in full */
  purge(tenantId: string, typedName: string | undefined, actor: Actor): Promise<Operation> {
    return this.operations.start({ kind: PURGE_TENANT, tenantId }, actor, (tenant) => {
      assertNotGone(tenant);
      if (typedName !== tenant.companyName)
        throw malformed(
          'To purge a company type its name in full as company_name; this cannot be undone.',
          [{ field: 'company_name', message: 'is not the name of this company' }],
          'confirmation_missing',
        );
    });
  }

  undelete(tenantId: string, actor: Actor): Promise<Operation> {
    return this.operations.start({ kind: UNDELETE_TENANT, tenantId }, actor, (tenant) => {
      assertNotGone(tenant);
      if (tenant.status !== 'deleting')
        throw conflict('tenant_not_deleted', `The company ${tenant.subdomain} is not deleted.`);
    });
  }
}

function assertNotGone(tenant: Tenant): void {
  if (tenant.status === 'deleted')
    throw conflict('tenant_deleted', `The company ${tenant.subdomain} is deleted for good.`);
}
