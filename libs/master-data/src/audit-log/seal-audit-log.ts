import { type Actor, conflict } from '@finvera/common';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { AuditLog } from './audit-log.js';
import { type AuditVerification, VerifyAuditLog } from './verify-audit-log.js';

/** Seals a head that lost its seal without anybody's ill will: a key was given up too early, a copy was loaded. */
@Injectable()
export class SealAuditLog {
  constructor(
    @InjectDataSource() private readonly master: DataSource,
    private readonly verify: VerifyAuditLog,
    private readonly audit: AuditLog,
  ) {}

  /** @throws DomainError 409 `audit_log_broken` when more is wrong than the seal, `audit_log_sealed` when nothing is */
  async run(actor: Actor, reason: string): Promise<AuditVerification> {
    const { problem, head, entries } = await this.verify.run();
    if (!problem) throw conflict('audit_log_sealed', 'The audit log is sound and sealed; nothing was changed.');
    if (problem.kind !== 'seal')
      throw conflict('audit_log_broken', `The audit log is broken: ${problem.message}. Sealing does not mend that.`);
    await this.master.transaction((tx) =>
      this.audit.recordSealed(tx, actor, {
        action: 'audit.sealed',
        objectType: 'audit_log',
        objectId: head.split(':')[0]!,
        before: { problem: problem.message },
        after: { reason, head, entries },
      }),
    );
    return this.verify.run();
  }
}
