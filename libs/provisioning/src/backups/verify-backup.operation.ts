import { DomainError } from '@finvera/common';
import { AuditLog, type Backup } from '@finvera/master-data';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { operationActor } from '../operations/operation-actor.js';
import type { OperationKind, OperationStep, StepContext } from '../operations/operation-kind.js';
import { Fenced } from '../operations/operation-store.js';
import { BackupStore } from './backup-store.js';
import { VerifyBackup } from './verify-backup.js';

export const VERIFY_BACKUP = 'verify_backup';

const SAYS_SO = new Set(['backup_damaged', 'backup_differs', 'books_differ']);
/** Refused statements, but not for what is in them: killed, shut down, waited too long, too many connections, disk full. */
const OF_THE_SERVER = new Set([1021, 1040, 1053, 1114, 1203, 1205, 1213, 1226, 1317, 1927]);
const ERROR_MAX = 500;

/** Whether a trial restore says something of the backup itself; a server that is away says nothing of it. */
function saysSo(error: unknown): error is DomainError {
  if (!(error instanceof DomainError)) return false;
  if (error.code !== 'backup_program_failed') return SAYS_SO.has(error.code);
  // numbers from 2000 on are the client's own: it lost the server
  const number = Number(/ERROR (\d+) /.exec(error.message)?.[1] ?? Number.NaN);
  return number < 2_000 && !OF_THE_SERVER.has(number);
}

/** `operation.result`. */
export interface VerificationResult {
  backup_id: string;
  verified: boolean;
  /** why not, in a sentence */
  error: string | null;
}

/** Restores a backup that was proved once, again: files rot, and keys are lost. One that cannot be restored is told of. */
@Injectable()
export class VerifyBackupOperation implements OperationKind {
  readonly kind = VERIFY_BACKUP;
  readonly pointOfNoReturn = 'note';
  readonly steps: readonly OperationStep[] = [
    { name: 'verify', do: (context) => this.verify(context), undo: (context) => this.dropTrial(context) },
    { name: 'note', do: (context) => this.note(context) },
  ];

  constructor(
    @InjectDataSource() private readonly master: DataSource,
    private readonly store: BackupStore,
    private readonly verifyBackup: VerifyBackup,
    private readonly audit: AuditLog,
  ) {}

  private async verify({ tenant, operation, state, signal }: StepContext): Promise<void> {
    const backup = await this.backupOf(operation.input);
    const result: VerificationResult = { backup_id: backup.id, verified: true, error: null };
    try {
      await this.verifyBackup.prove(backup, { serverId: tenant.serverId, signal });
    } catch (error) {
      signal.throwIfAborted();
      if (!saysSo(error)) throw error;
      Object.assign(result, { verified: false, error: error.message.slice(0, ERROR_MAX) });
    }
    state.result = result;
  }

  private async dropTrial({ tenant, operation }: StepContext): Promise<void> {
    await this.verifyBackup.undo(await this.backupOf(operation.input), tenant.serverId);
  }

  private async note({ operation, state }: StepContext): Promise<void> {
    if (state.noted) return; // by a former try
    const { backup_id, verified, error } = state.result as VerificationResult;
    const before = await this.backupOf(operation.input);
    await this.master.transaction(async (tx) => {
      await tx.query(
        `UPDATE backups SET status = ?, verified_at = IF(?, UTC_TIMESTAMP(6), verified_at), checked_at = UTC_TIMESTAMP(6), check_error = ?
          WHERE id = ? AND status IN ('written', 'verified', 'damaged')`,
        [verified ? 'verified' : 'damaged', verified, error, backup_id],
      );
      // in the same transaction, so that it is told once
      const noted = { ...state, noted: true };
      const { affectedRows } = await tx.query(
        'UPDATE tenant_operations SET state = ? WHERE id = ? AND claim_token = ?',
        [JSON.stringify(noted), operation.id, operation.claimToken],
      );
      if (affectedRows === 0) throw new Fenced(`operation ${operation.id} was taken over`);
      Object.assign(state, noted);
      if (verified && before.status !== 'damaged') return; // as it was
      await this.audit.record(tx, operationActor(operation), {
        action: verified ? 'backup.verified_again' : 'backup.unverifiable',
        tenantId: before.tenantId,
        objectType: 'backup',
        objectId: backup_id,
        before: { status: before.status },
        after: {
          status: verified ? 'verified' : 'damaged',
          error,
          kind: before.kind,
          created_at: before.createdAt.toISOString(),
        },
      });
    });
  }

  private async backupOf({ backup_id }: Record<string, unknown>): Promise<Backup> {
    const backup = await this.store.one(backup_id as string);
    if (!backup) throw new Error(`the backup ${backup_id} is not known any more`);
    return backup;
  }
}
