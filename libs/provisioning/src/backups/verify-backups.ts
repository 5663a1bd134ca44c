import { type Actor, DomainError, systemActor } from '@finvera/common';
import { Backup } from '@finvera/master-data';
import { Injectable, Logger } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { OperateFleet } from '../operations/operate-fleet.js';
import { ProvisioningConfig } from '../provisioning.config.js';
import { StartVerification } from './start-verification.js';

/** Backups that one round looks at; the next round goes on. */
const ROUND_MAX = 200;

const DUE = `SELECT b.id, b.tenant_id FROM backups b
  WHERE b.status IN ('verified', 'damaged') AND b.checked_at < DATE_SUB(UTC_TIMESTAMP(6), INTERVAL ? DAY)
    AND (b.keep_until IS NULL OR b.keep_until > UTC_TIMESTAMP(6))
    AND NOT EXISTS (SELECT 1 FROM tenant_operations o WHERE o.active_tenant_id = b.tenant_id)
  ORDER BY b.checked_at LIMIT ?`;

export interface BackupsVerified {
  backups_verified: number;
  /** that cannot be restored */
  backups_damaged: number;
  /** that could not be looked at now */
  failed: number;
}

/** Restores on trial, by the clock, backups that nobody has looked at for `BACKUP_VERIFY_EVERY_DAYS`, one after the other. */
@Injectable()
export class VerifyBackups {
  private readonly logger = new Logger(VerifyBackups.name);

  constructor(
    @InjectDataSource() private readonly master: DataSource,
    private readonly fleet: OperateFleet,
    private readonly verifications: StartVerification,
    private readonly config: ProvisioningConfig,
  ) {}

  get isOn(): boolean {
    return this.config.BACKUP_VERIFY_EVERY_DAYS > 0;
  }

  /** @param signal ends it after the one that is looked at, by throwing */
  async run(signal: AbortSignal, actor: Actor = systemActor('schedule:verify-backups')): Promise<BackupsVerified> {
    const total: BackupsVerified = { backups_verified: 0, backups_damaged: 0, failed: 0 };
    const due: { id: string; tenant_id: string }[] = await this.master.query(DUE, [
      this.config.BACKUP_VERIFY_EVERY_DAYS,
      ROUND_MAX,
    ]);
    for (const { id, tenant_id } of due) {
      signal.throwIfAborted();
      try {
        const watchMaxMinutes = this.config.DUMP_MAX_MINUTES;
        await this.fleet.one({ start: () => this.verifications.start(id, actor), watchMaxMinutes }, tenant_id);
        const { status } = await this.master.getRepository(Backup).findOneByOrFail({ id });
        if (status === 'damaged') total.backups_damaged += 1;
        else total.backups_verified += 1;
      } catch (error) {
        if (!(error instanceof DomainError)) throw error;
        total.failed += 1;
        this.logger.warn({ msg: 'backup not looked at; a later round tries again', backup_id: id, err: error });
      }
    }
    return total;
  }
}
