import { type Attempt, leaseOf, systemActor, WebhookConfig } from '@finvera/common';
import { InjectTenantDataSource, TenantDataSource } from '@finvera/tenancy';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { EditLog } from '../edit-log/edit-log.js';
import { EVENT_COLUMNS, eventBody, type EventRow } from './books-event.js';

const SYSTEM = systemActor('webhooks');

/** The next delivery of an endpoint, which this process sends now. */
export interface TakenDelivery {
  kind: 'taken';
  id: string;
  webhookId: string;
  attempts: number;
  url: string;
  payload: object;
}

/** Nothing to send: `waitMs` until the next one is due, or whoever sends now would be gone; null when none waits. */
export interface NothingToSend {
  kind: 'nothing';
  waitMs: number | null;
}

const NEXT = `SELECT d.id, d.log_id, d.webhook_id, d.attempts, e.url,
    GREATEST(0, TIMESTAMPDIFF(MICROSECOND, CURRENT_TIMESTAMP(6), d.next_attempt_at)) AS wait
  FROM webhook_deliveries d JOIN webhook_endpoints e ON e.id = d.endpoint_id
  WHERE d.endpoint_id = ? AND d.status = 'pending' ORDER BY d.sequence LIMIT 1`;

const HELD = `SELECT GREATEST(1, TIMESTAMPDIFF(MICROSECOND, CURRENT_TIMESTAMP(6), claimed_until)) AS wait
  FROM webhook_endpoints WHERE id = ? AND status = 'enabled' AND claimed_until IS NOT NULL`;

const RELEASE = `UPDATE webhook_endpoints SET claim_token = NULL, claimed_until = NULL, updated_at = updated_at
  WHERE id = ? AND claim_token = ?`;

/**
 * Whose turn it is, who sends, and what came of it. An endpoint is sent to by one process at a time, one delivery after the
 * other in the order of the edit log: the first that waits holds up those behind it until it arrives or is given up.
 */
@Injectable()
export class DeliveryStore {
  constructor(
    @InjectTenantDataSource() private readonly dataSource: TenantDataSource,
    private readonly config: WebhookConfig,
    private readonly editLog: EditLog,
  ) {}

  /** Takes the next delivery, and the endpoint for as long as a try may last. @param token of whoever sends */
  take(endpointId: string, token: string): Promise<TakenDelivery | NothingToSend> {
    return this.dataSource.transaction('READ COMMITTED', async (tx) => {
      const { affectedRows } = await tx.query(
        `UPDATE webhook_endpoints SET claim_token = ?, updated_at = updated_at,
            claimed_until = DATE_ADD(CURRENT_TIMESTAMP(6), INTERVAL ? MICROSECOND)
          WHERE id = ? AND status = 'enabled' AND (claim_token IS NULL OR claim_token = ? OR claimed_until <= CURRENT_TIMESTAMP(6))`,
        [token, leaseOf(this.config) * 1_000, endpointId, token],
      );
      if (affectedRows === 0) {
        const [held] = await tx.query(HELD, [endpointId]);
        return { kind: 'nothing', waitMs: held ? Math.ceil(Number(held.wait) / 1_000) : null };
      }
      const [next] = await tx.query(NEXT, [endpointId]);
      if (!next || Number(next.wait) > 0) {
        await tx.query(RELEASE, [endpointId, token]);
        return { kind: 'nothing', waitMs: next ? Math.ceil(Number(next.wait) / 1_000) : null };
      }
      await tx.query(
        'UPDATE webhook_deliveries SET attempts = attempts + 1, last_attempt_at = CURRENT_TIMESTAMP(6) WHERE id = ?',
        [next.id],
      );
      const [row]: EventRow[] = await tx.query(`SELECT ${EVENT_COLUMNS} FROM edit_log WHERE id = ?`, [next.log_id]);
      const { id, webhook_id: webhookId, url } = next;
      const payload = eventBody(this.dataSource.tenantId, row!);
      return { kind: 'taken', id, webhookId, attempts: next.attempts + 1, url, payload };
    });
  }

  /** Others may send now. */
  async release(endpointId: string, token: string): Promise<void> {
    await this.dataSource.query(RELEASE, [endpointId, token]);
  }

  /** @param token whoever lost the endpoint to another meanwhile changes nothing */
  async delivered(endpointId: string, id: string, token: string, { status }: Attempt): Promise<void> {
    await this.dataSource.query(
      `UPDATE webhook_deliveries d JOIN webhook_endpoints e ON e.id = d.endpoint_id
        SET d.status = 'delivered', d.delivered_at = CURRENT_TIMESTAMP(6), d.last_status = ?, d.last_error = NULL
        WHERE d.id = ? AND d.status = 'pending' AND e.claim_token = ?`,
      [status, id, token],
    );
    // not a write for each delivery
    await this.dataSource.query(
      `UPDATE webhook_endpoints SET failing_since = NULL, last_delivered_at = CURRENT_TIMESTAMP(6), updated_at = updated_at
        WHERE id = ? AND (failing_since IS NOT NULL OR last_delivered_at IS NULL
          OR last_delivered_at < CURRENT_TIMESTAMP(6) - INTERVAL 1 MINUTE)`,
      [endpointId],
    );
  }

  /** @param pauseMs until the next try; null: it is given up */
  async failed(
    endpointId: string,
    id: string,
    token: string,
    { status, error, pauseMs }: Attempt & { pauseMs: number | null },
  ): Promise<void> {
    await this.dataSource.query(
      `UPDATE webhook_deliveries d JOIN webhook_endpoints e ON e.id = d.endpoint_id
        SET d.status = ?, d.last_status = ?, d.last_error = ?,
          d.next_attempt_at = DATE_ADD(CURRENT_TIMESTAMP(6), INTERVAL ? MICROSECOND)
        WHERE d.id = ? AND d.status = 'pending' AND e.claim_token = ?`,
      [pauseMs === null ? 'dead' : 'pending', status ?? null, error ?? null, (pauseMs ?? 0) * 1_000, id, token],
    );
    await this.dataSource.query(
      'UPDATE webhook_endpoints SET failing_since = CURRENT_TIMESTAMP(6), updated_at = updated_at WHERE id = ? AND failing_since IS NULL',
      [endpointId],
    );
  }

  /** @returns whether it was enabled, and had failed for so long */
  disableWhenFailing(endpointId: string): Promise<boolean> {
    const hours = this.config.WEBHOOK_DISABLE_AFTER_HOURS;
    return this.disable(endpointId, `Nothing has arrived for ${hours} hours.`, hours);
  }

  /** @returns whether it was enabled */
  disable(endpointId: string, reason: string, failingForHours = 0): Promise<boolean> {
    return this.dataSource.transaction('READ COMMITTED', async (tx: EntityManager) => {
      const { affectedRows } = await tx.query(
        `UPDATE webhook_endpoints SET status = 'disabled', disabled_reason = ?, disabled_at = CURRENT_TIMESTAMP(6),
            claim_token = NULL, claimed_until = NULL
          WHERE id = ? AND status = 'enabled' AND (? = 0 OR failing_since < CURRENT_TIMESTAMP(6) - INTERVAL ? HOUR)`,
        [reason, endpointId, failingForHours, failingForHours],
      );
      if (affectedRows === 0) return false;
      await this.editLog.record(tx, SYSTEM, {
        action: 'disabled',
        objectType: 'webhook_endpoint',
        objectId: endpointId,
        before: { status: 'enabled' },
        after: { status: 'disabled', disabled_reason: reason },
        reason,
      });
      return true;
    });
  }
}
