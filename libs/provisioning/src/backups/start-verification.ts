import { type Actor, conflict, notFound } from '@finvera/common';
import type { Operation } from '@finvera/master-data';
import { Injectable } from '@nestjs/common';
import { StartOperation } from '../operations/start-operation.js';
import { BackupStore } from './backup-store.js';
import { VERIFY_BACKUP } from './verify-backup.operation.js';

/** Starts another trial restore of a backup. */
@Injectable()
export class StartVerification {
  constructor(
    private readonly store: BackupStore,
    private readonly operations: StartOperation,
  ) {}

  /** @throws DomainError 404 `backup_not_found`; 409 `backup_not_usable`, `operation_running` */
  async start(backupId: string, actor: Actor): Promise<Operation> {
    const backup = await this.store.one(backupId);
    if (!backup) throw notFound('backup', backupId, 'backup_not_found');
    if (!['verified', 'damaged'].includes(backup.status))
      throw conflict('backup_not_usable', `The backup ${backupId} is ${backup.status}; there is nothing to verify.`);
    const { tenantId } = backup;
    return this.operations.start({ kind: VERIFY_BACKUP, tenantId, input: { backup_id: backupId } }, actor);
  }
}
