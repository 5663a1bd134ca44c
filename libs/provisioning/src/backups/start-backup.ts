import { type Actor, conflict } from '@finvera/common';
import type { Operation, Tenant } from '@finvera/master-data';
import { Injectable } from '@nestjs/common';
import { StartOperation } from '../operations/start-operation.js';
import { BACKUP_TENANT } from './backup-tenant.operation.js';

/** Companies of which copies are made. */
export const COPIED_STATUSES: readonly Tenant['status'][] = ['active', 'suspended'];

/** Starts the backup of a company that goes on working. */
@Injectable()
export class StartBackup {
  constructor(private readonly operations: StartOperation) {}

  /**
   * @param options.scheduled the clock asks
   * @throws DomainError 404 `tenant_not_found`, 409 `tenant_status`, `operation_running`
   */
  start(tenantId: string, actor: Actor, { scheduled = false } = {}): Promise<Operation> {
    return this.operations.start({ kind: BACKUP_TENANT, tenantId, input: { scheduled } }, actor, (tenant) => {
      if (tenant.dbProvisioned && COPIED_STATUSES.includes(tenant.status)) return;
      throw conflict(
        'tenant_status',
        `The company ${tenant.subdomain} is ${tenant.status}; there is nothing to copy now.`,
      );
    });
  }
}
