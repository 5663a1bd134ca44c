import { type Actor, conflict } from '@finvera/common';
import type { Operation, Tenant } from '@finvera/master-data';
import { Injectable } from '@nestjs/common';
import { BackupStore } from '../backups/backup-store.js';
import { StartOperation } from '../operations/start-operation.js';
import { ARCHIVE_TENANT } from './archive-tenant.operation.js';
import { UNARCHIVE_TENANT } from './unarchive-tenant.operation.js';

/** Starts the archiving of a company, and its return. */
@Injectable()
export class ArchiveTenant {
  constructor(
    private readonly operations: StartOperation,
    private readonly backups: BackupStore,
  ) {}

  /** @throws DomainError 404 `tenant_not_found`, 409 `operation_running`, `tenant_archived`, `tenant_deleted`, `tenant_status` */
  archive(tenantId: string, actor: Actor): Promise<Operation> {
    return this.operations.start({ kind: ARCHIVE_TENANT, tenantId }, actor, (tenant) => {
      assertNotDeleted(tenant);
      if (tenant.status === 'archived')
        throw conflict('tenant_archived', `The company ${tenant.subdomain} is archived already.`);
      if (tenant.status !== 'active' && tenant.status !== 'suspended')
        throw conflict(
          'tenant_status',
          `The company ${tenant.subdomain} is ${tenant.status} and cannot be archived now.`,
        );
    });
  }

  /** @throws DomainError 404 `tenant_not_found`, 409 `operation_running`, `tenant_not_archived`, `tenant_deleted`, `archive_missing` */
  async unarchive(tenantId: string, actor: Actor): Promise<Operation> {
    const backup = await this.backups.archiveOf(tenantId);
    const input = { backup_id: backup?.id };
    return this.operations.start({ kind: UNARCHIVE_TENANT, tenantId, input }, actor, (tenant) => {
      assertNotDeleted(tenant);
      if (tenant.status !== 'archived')
        throw conflict('tenant_not_archived', `The company ${tenant.subdomain} is not archived.`);
      if (!backup)
        throw conflict(
          'archive_missing',
          `There is no proved archive of the company ${tenant.subdomain}; see its backups.`,
        );
    });
  }
}

function assertNotDeleted(tenant: Tenant): void {
  if (tenant.status === 'deleting' || tenant.status === 'deleted')
    throw conflict('tenant_deleted', `The company ${tenant.subdomain} is deleted.`);
}
