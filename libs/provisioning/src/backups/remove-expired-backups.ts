import { systemActor } from '@finvera/common';
import { AuditLog, Backup } from '@finvera/master-data';
import { Injectable, Logger } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { BackupFiles } from './backup-files.js';

const ROUND_MAX = 200;

/** When no newer copy could be made, the last one of a company that is there stays, however old it is. */
const IS_NOT_THE_ONLY_COPY = `(b.kind NOT IN ('manual', 'scheduled')
  OR EXISTS (SELECT 1 FROM backups n WHERE n.tenant_id = b.tenant_id AND n.status = 'verified' AND n.created_at > b.created_at)
  OR EXISTS (SELECT 1 FROM tenant_master t WHERE t.id = b.tenant_id AND t.status = 'deleted'))`;

const IS_NOT_BEING_RESTORED = `NOT EXISTS (SELECT 1 FROM tenant_operations o
  WHERE o.kind = 'restore_tenant' AND o.status IN ('queued', 'running', 'undoing')
    AND JSON_UNQUOTE(JSON_EXTRACT(o.input, '$.backup_id')) = b.id)`;

/** Ends backups whose time is over: the file goes, and with it the only key that could open a copy of it. */
@Injectable()
export class RemoveExpiredBackups {
  private readonly logger = new Logger(RemoveExpiredBackups.name);

  constructor(
    @InjectDataSource() private readonly master: DataSource,
    private readonly files: BackupFiles,
    private readonly audit: AuditLog,
  ) {}

  /** @returns how many were removed, 200 at most in one round */
  async run(): Promise<number> {
    const due = await this.master
      .getRepository(Backup)
      .createQueryBuilder('b')
      .where("b.keepUntil < UTC_TIMESTAMP(6) AND b.status <> 'removed'")
      .andWhere(IS_NOT_THE_ONLY_COPY)
      .andWhere(IS_NOT_BEING_RESTORED)
      .orderBy('b.keepUntil')
      .limit(ROUND_MAX)
      .getMany();
    let removed = 0;
    for (const backup of due)
      try {
        if (await this.remove(backup)) removed += 1;
      } catch (error) {
        this.logger.warn({ msg: 'backup not removed; the next round tries again', backup_id: backup.id, err: error });
      }
    return removed;
  }

  /** The file first: a row that says "removed" is true. Two at once do it once. */
  private async remove(backup: Backup): Promise<boolean> {
    await this.files.remove(backup);
    return this.master.transaction(async (tx) => {
      const { affectedRows } = await tx.query(
        "UPDATE backups SET status = 'removed', removed_at = UTC_TIMESTAMP(6), data_key = NULL WHERE id = ? AND status <> 'removed'",
        [backup.id],
      );
      if (affectedRows === 0) return false;
      await this.audit.record(tx, systemActor('schedule:backups'), {
        action: 'backup.removed',
        tenantId: backup.tenantId,
        objectType: 'backup',
        objectId: backup.id,
        before: { kind: backup.kind, sha256: backup.sha256, keep_until: backup.keepUntil?.toISOString() },
        after: { status: 'removed', file_removed: true, key_erased: true },
      });
      return true;
    });
  }
}
