import { type Actor, systemActor } from '@finvera/common';
import { Injectable } from '@nestjs/common';
import { type FleetProgress, type FleetResult, OperateFleet } from '../operations/operate-fleet.js';
import { ProvisioningConfig } from '../provisioning.config.js';
import { COPIED_STATUSES, StartBackup } from './start-backup.js';

export interface BackupTenantsRequest {
  /** only those whose newest proved copy is older than so many seconds, or who have none */
  olderThanSeconds?: number;
  /** companies of one database server at the same time; default `BACKUPS_PER_SERVER` */
  concurrencyPerServer?: number;
}

/** Backs up many companies, each by an operation of its own: what the document's `backupTenants.js` does. */
@Injectable()
export class BackupTenants {
  constructor(
    private readonly fleet: OperateFleet,
    private readonly backups: StartBackup,
    private readonly config: ProvisioningConfig,
  ) {}

  /** Whether the clock does it. */
  get isOn(): boolean {
    return this.config.BACKUP_EVERY_HOURS > 0;
  }

  /** How many companies each server has that would be backed up. */
  plan(request: BackupTenantsRequest): Promise<{ server: string; companies: number }[]> {
    return this.fleet.plan(condition(request));
  }

  run(
    request: BackupTenantsRequest,
    actor: Actor,
    {
      onProgress,
      scheduled = false,
      signal,
    }: { onProgress?: (progress: FleetProgress) => void; scheduled?: boolean; signal?: AbortSignal } = {},
  ): Promise<FleetResult> {
    return this.fleet.run(
      {
        ...condition(request),
        concurrencyPerServer: request.concurrencyPerServer ?? this.config.BACKUPS_PER_SERVER,
        start: (id) => this.backups.start(id, actor, { scheduled }),
        watchMaxMinutes: this.watchMaxMinutes,
        signal,
      },
      onProgress,
    );
  }

  /** One company; comes back when it is done. @throws DomainError when it could not be backed up */
  one(tenantId: string, actor: Actor): Promise<void> {
    return this.fleet.one(
      { start: (id) => this.backups.start(id, actor), watchMaxMinutes: this.watchMaxMinutes },
      tenantId,
    );
  }

  /** By the clock: whoever has no copy of the last `BACKUP_EVERY_HOURS`. Broken off, the next round goes on. */
  async runScheduled(signal: AbortSignal): Promise<{ tenants_backed_up: number; failed: number }> {
    const olderThanSeconds = this.config.BACKUP_EVERY_HOURS * 3_600;
    const { done, failed } = await this.run({ olderThanSeconds }, systemActor('schedule:backups'), {
      scheduled: true,
      signal,
    });
    return { tenants_backed_up: done, failed };
  }

  /** Written, and restored on trial. */
  private get watchMaxMinutes(): number {
    return this.config.DUMP_MAX_MINUTES * 2;
  }
}

/** Which companies: constant SQL, chosen by what was asked for. */
function condition({ olderThanSeconds }: BackupTenantsRequest): { where: string; parameters: unknown[] } {
  const where = ['t.db_provisioned = 1', 't.status IN (?)'];
  const parameters: unknown[] = [COPIED_STATUSES];
  if (olderThanSeconds !== undefined) {
    where.push(
      `NOT EXISTS (SELECT 1 FROM backups b WHERE b.tenant_id = t.id AND b.status = 'verified' AND b.db_name = t.db_name
         AND b.created_at > DATE_SUB(CURRENT_TIMESTAMP(6), INTERVAL ? SECOND))`,
    );
    parameters.push(olderThanSeconds);
  }
  return { where: where.join(' AND '), parameters };
}
