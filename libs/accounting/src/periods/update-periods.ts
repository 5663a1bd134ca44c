import { type Actor, assertIfMatch } from '@finvera/common';
import { Injectable } from '@nestjs/common';
import { CompanySettingsReader } from '../company/company-settings.js';
import { CompanySettingsRow } from '../company/company-settings.entity.js';
import { CompanyTransaction } from '../company/company-transaction.js';
import { EditLog } from '../edit-log/edit-log.js';

/** Moves the lock date: nothing dated on or before it is created, changed or cancelled. */
@Injectable()
export class UpdatePeriods {
  constructor(
    private readonly transaction: CompanyTransaction,
    private readonly settings: CompanySettingsReader,
    private readonly editLog: EditLog,
  ) {}

  async setLockDate(
    change: { lockDate: string | null; reason?: string; ifMatch?: string },
    actor: Actor,
  ): Promise<void> {
    await this.transaction.run(async (tx) => {
      const before = await this.settings.lock(tx);
      assertIfMatch(change.ifMatch, before.version);
      if (before.lockDate === change.lockDate) return;
      await tx.update(CompanySettingsRow, 1, { lock_date: change.lockDate, version: before.version + 1 });
      await this.editLog.record(tx, actor, {
        action:
          change.lockDate === null || (before.lockDate && change.lockDate < before.lockDate) ? 'unlocked' : 'locked',
        objectType: 'period',
        objectId: '1',
        before: { lock_date: before.lockDate },
        after: { lock_date: change.lockDate },
        reason: change.reason,
      });
    });
  }
}
