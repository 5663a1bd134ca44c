import type { Actor, ReplayDto, ReplayResultDto } from '@finvera/common';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { AuditLog } from '../audit-log/audit-log.js';
import { FindWebhooks } from './find-webhooks.js';
import { type EventRow, insertDeliveries, isMeant } from './queue-deliveries.js';
import type { WebhookDelivery } from './webhook-delivery.entity.js';
import type { WebhookEndpoint } from './webhook-endpoint.entity.js';

/** Audit entries that one call looks through. */
const ENTRIES_MAX = 50_000;
const BATCH = 500;

const AGAIN =
  "status = 'pending', attempts = 0, next_attempt_at = UTC_TIMESTAMP(6), claim_token = NULL, delivered_at = NULL";

/** Sends again, under the same webhook-id: one delivery, or all events of an endpoint since an instant. */
@Injectable()
export class ReplayDeliveries {
  constructor(
    @InjectDataSource() private readonly master: DataSource,
    private readonly find: FindWebhooks,
    private readonly audit: AuditLog,
  ) {}

  /** @throws DomainError 404 `webhook_delivery_not_found` */
  async one(id: string, actor: Actor): Promise<WebhookDelivery> {
    const { delivery } = await this.find.delivery(id);
    await this.master.transaction(async (tx) => {
      await tx.query(`UPDATE webhook_deliveries SET ${AGAIN} WHERE id = ?`, [id]);
      await this.audit.record(tx, actor, {
        action: 'webhook_delivery.replayed',
        tenantId: delivery.tenantId ?? undefined,
        objectType: 'webhook_delivery',
        objectId: id,
        before: { status: delivery.status, attempts: delivery.attempts },
      });
    });
    return (await this.find.delivery(id)).delivery;
  }

  /**
   * Events come from the audit log: also what happened before the endpoint was there, or while it was disabled.
   * @throws DomainError 404 `webhook_endpoint_not_found`
   */
  async since(endpointId: string, { since, which = 'missed' }: ReplayDto, actor: Actor): Promise<ReplayResultDto> {
    const endpoint = await this.find.endpoint(endpointId);
    const rows = await this.entriesSince(new Date(since));
    const wanted = rows.slice(0, ENTRIES_MAX).filter(({ action }) => isMeant(endpoint, action));
    let queued = 0;
    for (let first = 0; first < wanted.length; first += BATCH)
      queued += await this.master.transaction((tx) =>
        this.queueAgain(tx, endpoint, wanted.slice(first, first + BATCH), which),
      );
    const next = rows[ENTRIES_MAX];
    await this.master.transaction((tx) =>
      this.audit.record(tx, actor, {
        action: 'webhook_endpoint.replayed',
        objectType: 'webhook_endpoint',
        objectId: endpointId,
        after: { since, which, queued },
      }),
    );
    return { queued, next_since: next ? next.at.toISOString() : null };
  }

  private entriesSince(since: Date): Promise<(EventRow & { at: Date })[]> {
    return this.master.query(
      'SELECT id, action, tenant_id, hash, at FROM audit_log WHERE at >= ? ORDER BY at, id LIMIT ?',
      [since, ENTRIES_MAX + 1],
    );
  }

  private async queueAgain(
    tx: EntityManager,
    endpoint: WebhookEndpoint,
    rows: readonly EventRow[],
    which: 'all' | 'missed',
  ): Promise<number> {
    const ids = rows.map(({ id }) => id);
    const { affectedRows } = await tx.query(
      `UPDATE webhook_deliveries SET ${AGAIN} WHERE endpoint_id = ? AND audit_id IN (?)${which === 'all' ? '' : " AND status = 'dead'"}`,
      [endpoint.id, ids],
    );
    const known: { audit_id: string }[] = await tx.query(
      'SELECT audit_id FROM webhook_deliveries WHERE endpoint_id = ? AND audit_id IN (?)',
      [endpoint.id, ids],
    );
    const there = new Set(known.map(({ audit_id }) => audit_id));
    const fresh = rows.filter(({ id }) => !there.has(id));
    await insertDeliveries(
      tx,
      fresh.map((row) => ({ endpoint, row })),
    );
    return affectedRows + fresh.length;
  }
}
