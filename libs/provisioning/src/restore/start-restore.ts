import { type Actor, conflict, DomainError, malformed, notFound } from '@finvera/common';
import type { Backup, Operation, Tenant } from '@finvera/master-data';
import { Inject, Injectable } from '@nestjs/common';
import { BackupStore } from '../backups/backup-store.js';
import { StartOperation } from '../operations/start-operation.js';
import { TENANT_SCHEMA, type TenantSchema } from '../tenant-schema.js';
import { NewCopy, type CopyRequest } from './new-copy.js';
import { PreviousDatabases } from './previous-databases.js';
import type { RestoreInput } from './restore-input.js';
import { RESTORE_TENANT } from './restore-tenant.operation.js';

export interface RestoreRequest extends CopyRequest {
  mode: 'replace' | 'copy';
}

/** Starts the restore of a backup: in the company's place, or as a company of its own. */
@Injectable()
export class StartRestore {
  constructor(
    @Inject(TENANT_SCHEMA) private readonly schema: TenantSchema,
    private readonly backups: BackupStore,
    private readonly operations: StartOperation,
    private readonly previous: PreviousDatabases,
    private readonly copies: NewCopy,
  ) {}

  /**
   * @throws DomainError 400; 404 `backup_not_found`; 409 `backup_not_usable`, `backup_newer`, `tenant_status`,
   *   `operation_running`, `subdomain_taken`
   */
  async start(backupId: string, { mode, ...copy }: RestoreRequest, actor: Actor): Promise<Operation> {
    const backup = await this.usable(backupId);
    if (mode === 'copy') return this.copies.start(backup, copy, actor);
    for (const field of ['as', 'read_only'] as const)
      if (copy[field] !== undefined)
        throw malformed(`${field} is only for a copy: the company stays who it is.`, [
          { field, message: 'is only for mode copy' },
        ]);
    return this.replace(backup.tenantId, { mode, backup_id: backup.id }, actor);
  }

  /**
   * Gives a company back the database that its last restore has replaced.
   * @throws DomainError 404 `tenant_not_found`; 409 `previous_missing`, `tenant_status`, `operation_running`
   */
  async startPrevious(tenantId: string, actor: Actor): Promise<Operation> {
    const previous = await this.previous.newestOf(tenantId);
    const previous_id = previous?.id ?? '';
    return this.replace(tenantId, { mode: 'replace', previous_id }, actor, (tenant) => {
      if (!previous)
        throw conflict(
          'previous_missing',
          `No database is kept that the company ${tenant.subdomain} had before; see its backups.`,
        );
      if (previous.serverId !== tenant.serverId)
        throw conflict('previous_missing', `The database that ${tenant.subdomain} had before is on another server.`);
    });
  }

  private replace(
    tenantId: string,
    input: RestoreInput,
    actor: Actor,
    also: (tenant: Tenant) => void = () => undefined,
  ): Promise<Operation> {
    return this.operations.start({ kind: RESTORE_TENANT, tenantId, input: { ...input } }, actor, (tenant) => {
      if (!tenant.dbProvisioned || !['active', 'suspended'].includes(tenant.status))
        throw conflict('tenant_status', `The company ${tenant.subdomain} is ${tenant.status} and cannot be given another database now; restore a copy of it.`); // biome-ignore format: one line
      also(tenant);
    });
  }

  private async usable(id: string): Promise<Backup> {
    const backup = await this.backups.one(id);
    if (!backup) throw notFound('backup', id, 'backup_not_found');
    if (backup.status !== 'verified') throw notUsable(backup);
    if (Number(backup.schemaVersion ?? 0) > Number(this.schema.schemaVersion))
      throw conflict(
        'backup_newer',
        `The backup ${id} has the schema ${backup.schemaVersion}, and this version of Finvera knows ${this.schema.schemaVersion}; update it first.`,
      );
    return backup;
  }
}

function notUsable({ id, status, checkError }: Backup): DomainError {
  const why = {
    removed: 'was removed when its time was over',
    damaged: `could not be restored on trial: ${checkError}`,
  }[status as string];
  return conflict('backup_not_usable', `The backup ${id} ${why ?? 'is not proved yet'}; choose another one.`);
}
