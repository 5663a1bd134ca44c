import { AuditLog } from '@finvera/master-data';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { operationActor } from '../operations/operation-actor.js';
import type { OperationKind, OperationStep, StepContext } from '../operations/operation-kind.js';
import { ProvisioningConfig } from '../provisioning.config.js';
import { BackupStore } from './backup-store.js';
import { TakeBackup } from './take-backup.js';
import { VerifyBackup } from './verify-backup.js';

export const BACKUP_TENANT = 'backup_tenant';

/**
 * A copy of a company's database while the company is at work: one snapshot, sealed, and proved by a trial restore. One
 * that cannot be proved leaves nothing.
 */
@Injectable()
export class BackupTenantOperation implements OperationKind {
  readonly kind = BACKUP_TENANT;
  readonly pointOfNoReturn = 'keep';
  readonly steps: readonly OperationStep[] = [
    {
      name: 'backup',
      do: (context) => this.backup(context),
      undo: ({ operation }) => this.takeBackup.undo(operation.id),
    },
    { name: 'verify', do: (context) => this.verify(context), undo: (context) => this.dropTrial(context) },
    { name: 'keep', do: (context) => this.keep(context) },
  ];

  constructor(
    @InjectDataSource() private readonly master: DataSource,
    private readonly store: BackupStore,
    private readonly takeBackup: TakeBackup,
    private readonly verifyBackup: VerifyBackup,
    private readonly config: ProvisioningConfig,
    private readonly audit: AuditLog,
  ) {}

  private async backup({ tenant, operation, signal }: StepContext): Promise<void> {
    const kind = operation.input.scheduled === true ? 'scheduled' : 'manual';
    await this.takeBackup.run({ tenant, operationId: operation.id, kind, signal });
  }

  private async verify({ tenant, operation, signal }: StepContext): Promise<void> {
    const backup = await this.store.ofOperation(operation.id);
    if (!backup) throw new Error(`operation ${operation.id} has no backup to prove`);
    await this.verifyBackup.run(backup, { serverId: tenant.serverId, signal, writtenMeanwhile: tenant });
  }

  private async dropTrial({ tenant, operation }: StepContext): Promise<void> {
    const backup = await this.store.ofOperation(operation.id);
    if (backup) await this.verifyBackup.undo(backup, tenant.serverId);
  }

  private async keep({ tenant, operation }: StepContext): Promise<void> {
    await this.master.transaction(async (tx) => {
      const { affectedRows } = await tx.query(
        `UPDATE backups SET keep_until = DATE_ADD(UTC_TIMESTAMP(6), INTERVAL ? DAY)
          WHERE operation_id = ? AND status = 'verified' AND keep_until IS NULL`,
        [this.config.BACKUP_COPIES_KEEP_DAYS, operation.id],
      );
      if (affectedRows === 0) return; // done by a former try
      const backup = (await this.store.ofOperation(operation.id, tx))!;
      await this.audit.record(tx, operationActor(operation), {
        action: 'backup.taken',
        tenantId: tenant.id,
        objectType: 'backup',
        objectId: backup.id,
        after: { kind: backup.kind, sha256: backup.sha256, keep_until: backup.keepUntil?.toISOString() },
      });
    });
  }
}
