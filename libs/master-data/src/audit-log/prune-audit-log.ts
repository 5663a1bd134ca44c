import { conflict, SecretBox, systemActor } from '@finvera/common';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { MasterConfig } from '../master.config.js';
import { type AuditHead, readAuditHead, sealOf } from './audit-chain.js';
import { AuditLog } from './audit-log.js';
import { ChainWalk } from './check-chain.js';

const BATCH = 1_000;

export interface PrunedAuditLog {
  removed: number;
  /** the oldest entry that is kept */
  first_id: number;
}

/**
 * Removes entries whose time is over. What goes is looked through first, then a checkpoint (an entry itself, covered by
 * the head's seal) says up to where and with which hash, so that what stays can be verified from there.
 */
@Injectable()
export class PruneAuditLog {
  constructor(
    @InjectDataSource() private readonly master: DataSource,
    private readonly config: MasterConfig,
    private readonly secrets: SecretBox,
    private readonly audit: AuditLog,
  ) {}

  /**
   * Whole months alone, so that a daily run writes one checkpoint a month. A run that was killed is finished by the next.
   * @param now milliseconds since 1970
   * @throws DomainError 409 `audit_log_broken`: nothing goes of a log that was tampered with
   */
  async run(now = Date.now()): Promise<PrunedAuditLog> {
    const years = this.config.AUDIT_KEEP_YEARS;
    const head = await readAuditHead(this.master);
    if (years > 0) {
      const through = await this.lastBefore(startOfMonth(now, years), head);
      if (through > head.anchorId) await this.setCheckpoint(head, through);
    }
    const { anchorId } = await readAuditHead(this.master);
    return { removed: await this.removeThrough(anchorId), first_id: anchorId + 1 };
  }

  /** The newest entry stays in any case: it is where the chain goes on. */
  private async lastBefore(instant: Date, { anchorId, lastId }: AuditHead): Promise<number> {
    const [younger]: { id: string }[] = await this.master.query(
      'SELECT id FROM audit_log WHERE id > ? AND at >= ? ORDER BY id LIMIT 1',
      [anchorId, instant],
    );
    return (younger ? Number(younger.id) : lastId) - 1;
  }

  private async setCheckpoint(head: AuditHead, through: number): Promise<void> {
    const walk = new ChainWalk(this.master, head);
    const problem = await walk.to(through);
    if (problem || sealOf(head, this.secrets) !== 'proved')
      throw conflict(
        'audit_log_broken',
        `The audit log is broken (${problem?.message ?? 'its head was not written by us'}), so nothing of it is removed; look at it with finvera audit verify.`,
      );
    if (walk.lastId === head.anchorId) return;
    const [oldest]: { at: Date }[] = await this.master.query(
      'SELECT at FROM audit_log WHERE id > ? ORDER BY id LIMIT 1',
      [head.anchorId],
    );
    const [newest]: { at: Date }[] = await this.master.query('SELECT at FROM audit_log WHERE id = ?', [walk.lastId]);
    await this.master.transaction(async (tx) => {
      const { anchorId } = await readAuditHead(tx, { lock: true });
      if (anchorId !== head.anchorId) return; // somebody else did it meanwhile
      await this.audit.recordCheckpoint(
        tx,
        systemActor('retention:audit-log'),
        {
          action: 'audit.checkpoint',
          objectType: 'audit_log',
          objectId: String(walk.lastId),
          after: {
            through_id: walk.lastId,
            through_hash: walk.hash,
            entries_removed: walk.entries,
            from: oldest!.at.toISOString(),
            to: newest!.at.toISOString(),
            kept_years: this.config.AUDIT_KEEP_YEARS,
          },
        },
        { anchorId: walk.lastId, anchorHash: walk.hash },
      );
    });
  }

  private async removeThrough(anchorId: number): Promise<number> {
    for (let removed = 0; ; ) {
      const { affectedRows }: { affectedRows: number } = await this.master.query(
        'DELETE FROM audit_log WHERE id <= ? ORDER BY id LIMIT ?',
        [anchorId, BATCH],
      );
      removed += affectedRows;
      if (affectedRows < BATCH) return removed;
    }
  }
}

function startOfMonth(now: number, years: number): Date {
  const date = new Date(now);
  return new Date(Date.UTC(date.getUTCFullYear() - years, date.getUTCMonth(), 1));
}
