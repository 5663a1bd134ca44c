import { PruneAuditLog, RemoveOldDeliveries } from '@finvera/master-data';
import { Injectable } from '@nestjs/common';
import { RemoveExpiredBackups } from '../backups/remove-expired-backups.js';
import { DropPreviousDatabases } from '../restore/drop-previous-databases.js';
import { PurgeIdempotencyKeys } from './purge-idempotency-keys.js';
import { PurgeOldRecords } from './purge-old-records.js';

export interface Retained {
  backups: number;
  previous_databases: number;
  idempotency_keys: number;
  operations: number;
  schedule_runs: number;
  storage_history: number;
  webhook_deliveries: number;
  audit_entries: number;
}

/** Ends everything that is kept for a time and whose time is over. */
@Injectable()
export class ApplyRetention {
  constructor(
    private readonly backups: RemoveExpiredBackups,
    private readonly previousDatabases: DropPreviousDatabases,
    private readonly idempotencyKeys: PurgeIdempotencyKeys,
    private readonly oldRecords: PurgeOldRecords,
    private readonly webhookDeliveries: RemoveOldDeliveries,
    private readonly auditLog: PruneAuditLog,
  ) {}

  /**
   * @returns how many of each went
   * @throws DomainError 409 `audit_log_broken`, after everything else was done
   */
  async run(): Promise<Retained> {
    return {
      backups: await this.backups.run(),
      previous_databases: await this.previousDatabases.run(),
      idempotency_keys: await this.idempotencyKeys.run(),
      ...(await this.oldRecords.run()),
      webhook_deliveries: await this.webhookDeliveries.run(),
      audit_entries: (await this.auditLog.run()).removed,
    };
  }
}
