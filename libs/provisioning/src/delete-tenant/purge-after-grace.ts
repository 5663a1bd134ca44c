import { systemActor } from '@finvera/common';
import { Injectable, Logger } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { StartOperation } from '../operations/start-operation.js';
import { PURGE_TENANT } from './purge-tenant.operation.js';

const ROUND_MAX = 50;
/** A purge that was undone, as its last backup could not be written, is tried again after this. */
const AGAIN_AFTER_HOURS = 6;

/** Ends the databases of deleted companies whose grace period is over. */
@Injectable()
export class PurgeAfterGrace {
  private readonly logger = new Logger(PurgeAfterGrace.name);

  constructor(
    @InjectDataSource() private readonly master: DataSource,
    private readonly operations: StartOperation,
  ) {}

  /** @returns how many purges were started */
  async run(): Promise<number> {
    const due: { id: string }[] = await this.master.query(
      `SELECT t.id FROM tenant_master t LEFT JOIN tenant_operations o ON o.active_tenant_id = t.id
        WHERE t.status = 'deleting' AND t.delete_after < UTC_TIMESTAMP(6) AND o.id IS NULL
          AND NOT EXISTS (SELECT 1 FROM tenant_operations p WHERE p.tenant_id = t.id AND p.kind = ?
            AND p.created_at > DATE_SUB(CURRENT_TIMESTAMP(6), INTERVAL ? HOUR))
        ORDER BY t.delete_after LIMIT ?`,
      [PURGE_TENANT, AGAIN_AFTER_HOURS, ROUND_MAX],
    );
    for (const { id } of due)
      await this.operations
        .start({ kind: PURGE_TENANT, tenantId: id }, systemActor('schedule:purge'))
        .catch((error: unknown) => this.logger.warn({ msg: 'purge not started', tenant_id: id, err: error }));
    return due.length;
  }
}
