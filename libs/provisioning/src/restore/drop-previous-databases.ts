import { systemActor } from '@finvera/common';
import { AuditLog, PreviousDatabase } from '@finvera/master-data';
import { Injectable, Logger } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { PreviousDatabases } from './previous-databases.js';

const ROUND_MAX = 100;

/** Drops databases that restores have replaced, when their time is over. */
@Injectable()
export class DropPreviousDatabases {
  private readonly logger = new Logger(DropPreviousDatabases.name);

  constructor(
    @InjectDataSource() private readonly master: DataSource,
    private readonly previous: PreviousDatabases,
    private readonly audit: AuditLog,
  ) {}

  /** One that a company is about to go back to stays. @returns how many were dropped, 100 at most in one round */
  async run(): Promise<number> {
    const due = await this.master
      .getRepository(PreviousDatabase)
      .createQueryBuilder('p')
      .where('p.keepUntil < UTC_TIMESTAMP(6)')
      .orderBy('p.keepUntil')
      .limit(ROUND_MAX)
      .getMany();
    let dropped = 0;
    for (const database of due)
      try {
        if (await this.drop(database)) dropped += 1;
      } catch (error) {
        this.logger.warn({ msg: 'previous database not dropped; the next round tries again', db_name: database.dbName, err: error }); // biome-ignore format: one line
      }
    return dropped;
  }

  /** The company is locked meanwhile: nobody begins to restore what is being dropped. */
  private drop(database: PreviousDatabase): Promise<boolean> {
    return this.master.transaction(async (tx) => {
      await tx.query('SELECT id FROM tenant_master WHERE id = ? FOR UPDATE', [database.tenantId]);
      const busy: unknown[] = await tx.query('SELECT 1 FROM tenant_operations WHERE active_tenant_id = ?', [
        database.tenantId,
      ]);
      const [row]: unknown[] = await tx.query('SELECT id FROM previous_databases WHERE id = ? FOR UPDATE', [
        database.id,
      ]);
      if (busy.length > 0 || !row) return false;
      await this.previous.dropDatabase(database);
      await this.previous.forget(database.id, tx);
      await this.audit.record(tx, systemActor('schedule:retention'), {
        action: 'tenant.previous_database_dropped',
        tenantId: database.tenantId,
        objectType: 'tenant',
        objectId: database.tenantId,
        before: { db_name: database.dbName, keep_until: database.keepUntil.toISOString() },
      });
      return true;
    });
  }
}
