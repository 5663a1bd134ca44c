import type { Actor } from '@finvera/common';
import { Injectable } from '@nestjs/common';
import { CompanyTransaction } from '../company/company-transaction.js';
import { EditLog } from '../edit-log/edit-log.js';
import type { AcknowledgeAlertDto, BalanceAlertDto } from './balance-alert.dto.js';
import { FindAlerts } from './find-alerts.js';

const ACKNOWLEDGE = `UPDATE balance_alerts SET acknowledged_at = CURRENT_TIMESTAMP(6), acknowledged_by = ?, note = ?
  WHERE id = ? AND acknowledged_at IS NULL`;

/** Somebody has seen it. Who came first stays noted. */
@Injectable()
export class AcknowledgeAlert {
  constructor(
    private readonly transaction: CompanyTransaction,
    private readonly find: FindAlerts,
    private readonly editLog: EditLog,
  ) {}

  /** @throws DomainError 404 `balance_alert_not_found` */
  async run(id: string, { note = '' }: AcknowledgeAlertDto, actor: Actor): Promise<BalanceAlertDto> {
    const before = await this.find.one(id);
    await this.transaction.run(async (tx) => {
      const { affectedRows } = await tx.query(ACKNOWLEDGE, [actor.name, note, id]);
      if (affectedRows === 0) return;
      await this.editLog.record(tx, actor, {
        action: 'alert_acknowledged',
        objectType: 'balance',
        objectId: id,
        objectName: before.ledger,
        before: { status: before.status },
        after: { status: 'acknowledged', acknowledged_by: actor.name, note },
      });
    });
    return this.find.one(id);
  }
}
