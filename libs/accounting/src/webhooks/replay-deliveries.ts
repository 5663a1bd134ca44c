import { type Actor, conflict, idAfter, isoInstant, type ReplayDto, type ReplayResultDto } from '@finvera/common';
import { InjectTenantDataSource, TenantDataSource } from '@finvera/tenancy';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { CompanyTransaction } from '../company/company-transaction.js';
import { EditLog } from '../edit-log/edit-log.js';
import type { CompanyDeliveryDto } from './company-webhook.dto.js';
import { FindWebhooks } from './find-webhooks.js';
import { CHAINED_COLUMNS, type ChainedRow, insertDeliveries, isMeant } from './note-deliveries.js';

/** Rows of the edit log that one call looks through. */
const ROWS_MAX = 10_000;
const BATCH = 500;

const AGAIN = "status = 'pending', attempts = 0, next_attempt_at = CURRENT_TIMESTAMP(6), delivered_at = NULL";

/** Sends again, under the same webhook-id: one delivery, or all events of an endpoint since an instant. */
@Injectable()
export class ReplayDeliveries {
  constructor(
    @InjectTenantDataSource() private readonly dataSource: TenantDataSource,
    private readonly transaction: CompanyTransaction,
    private readonly find: FindWebhooks,
    private readonly editLog: EditLog,
  ) {}

  /** @throws DomainError 404 `webhook_delivery_not_found` */
  async one(id: string, actor: Actor): Promise<CompanyDeliveryDto> {
    await this.changeOne(id, actor, 'replayed', `UPDATE webhook_deliveries SET ${AGAIN} WHERE id = ?`);
    return this.find.delivery(id);
  }

  /**
   * Gives up a delivery that holds up those behind it.
   * @throws DomainError 404 `webhook_delivery_not_found`, 409 `webhook_delivery_not_pending`
   */
  async skip(id: string, actor: Actor): Promise<CompanyDeliveryDto> {
    const affected = await this.changeOne(
      id,
      actor,
      'skipped',
      "UPDATE webhook_deliveries SET status = 'dead', last_error = 'skipped by hand' WHERE id = ? AND status = 'pending'",
    );
    if (affected === 0) throw conflict('webhook_delivery_not_pending', 'The delivery does not wait any more.');
    return this.find.delivery(id);
  }

  private async changeOne(id: string, actor: Actor, action: string, statement: string): Promise<number> {
    const { endpoint_id, webhook_id, event_type, status, attempts } = await this.find.delivery(id);
    return this.transaction.run(async (tx) => {
      const { affectedRows } = await tx.query(statement, [id]);
      if (affectedRows > 0)
        await this.editLog.record(tx, actor, {
          action,
          objectType: 'webhook_delivery',
          objectId: id,
          objectName: webhook_id,
          before: { endpoint_id, event_type, status, attempts },
        });
      return affectedRows as number;
    });
  }

  /**
   * Events come from the edit log: also what happened before the endpoint was there, or while it was disabled.
   * @throws DomainError 404 `webhook_endpoint_not_found`
   */
  async since(endpointId: string, { since, which = 'missed' }: ReplayDto, actor: Actor): Promise<ReplayResultDto> {
    const endpoint = await this.find.endpoint(endpointId);
    const rows: (ChainedRow & { at: Date })[] = await this.dataSource.query(
      `SELECT ${CHAINED_COLUMNS}, e.at FROM edit_log e JOIN edit_log_chain c ON c.log_id = e.id
        WHERE e.id >= CAST(? AS UNSIGNED) ORDER BY e.id LIMIT ?`,
      [firstIdOf(new Date(since)), ROWS_MAX + 1],
    );
    const wanted = rows.slice(0, ROWS_MAX).filter((row) => isMeant(endpoint.event_types, row));
    let queued = 0;
    for (let first = 0; first < wanted.length; first += BATCH)
      queued += await this.transaction.run((tx) =>
        this.queueAgain(tx, endpointId, wanted.slice(first, first + BATCH), which),
      );
    await this.transaction.run((tx) =>
      this.editLog.record(tx, actor, {
        action: 'replayed',
        objectType: 'webhook_endpoint',
        objectId: endpointId,
        objectName: endpoint.url,
        after: { since, which, queued },
      }),
    );
    const next = rows[ROWS_MAX];
    return { queued, next_since: next ? isoInstant(next.at) : null };
  }

  private async queueAgain(
    tx: EntityManager,
    endpointId: string,
    rows: readonly ChainedRow[],
    which: 'all' | 'missed',
  ): Promise<number> {
    const sequences = rows.map(({ sequence }) => sequence);
    const { affectedRows } = await tx.query(
      `UPDATE webhook_deliveries SET ${AGAIN} WHERE endpoint_id = ? AND sequence IN (?)${which === 'all' ? '' : " AND status = 'dead'"}`,
      [endpointId, sequences],
    );
    const known: { sequence: string }[] = await tx.query(
      'SELECT sequence FROM webhook_deliveries WHERE endpoint_id = ? AND sequence IN (?)',
      [endpointId, sequences],
    );
    const there = new Set(known.map(({ sequence }) => sequence));
    const fresh = rows.filter(({ sequence }) => !there.has(sequence));
    await insertDeliveries(tx, endpointId, fresh);
    return affectedRows + fresh.length;
  }
}

/** The first id that can have been made at the instant. */
const firstIdOf = (instant: Date): string => idAfter(new Date(instant.getTime() - 1));
