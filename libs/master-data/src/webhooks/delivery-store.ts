import { type Attempt, leaseOf, newUuid, systemActor, WebhookConfig } from '@finvera/common';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { AuditLog } from '../audit-log/audit-log.js';
import { AUDIT_COLUMNS, type AuditRow } from '../audit-log/read-audit-rows.js';
import { WebhookEndpoint } from './webhook-endpoint.entity.js';

const DUE_ENDPOINTS_MAX = 100;

/** A delivery that this process sends now. */
export interface ClaimedDelivery {
  id: string;
  webhookId: string;
  attempts: number;
  token: string;
  /** null: removed after its time */
  entry: AuditRow | null;
}

/** Which deliveries are due, who sends them, and what came of it. */
@Injectable()
export class DeliveryStore {
  constructor(
    @InjectDataSource() private readonly master: DataSource,
    private readonly config: WebhookConfig,
    private readonly audit: AuditLog,
  ) {}

  /** Enabled endpoints that something is due for. */
  dueEndpoints(): Promise<WebhookEndpoint[]> {
    return this.master
      .getRepository(WebhookEndpoint)
      .createQueryBuilder('e')
      .where("e.status = 'enabled'")
      .andWhere(
        `EXISTS (SELECT 1 FROM webhook_deliveries d WHERE d.endpoint_id = e.id AND d.status = 'pending'
          AND d.next_attempt_at <= UTC_TIMESTAMP(6))`,
      )
      .limit(DUE_ENDPOINTS_MAX)
      .getMany();
  }

  /** Takes due deliveries of an endpoint that nobody else takes at this moment. */
  async claim(endpointId: string, limit: number): Promise<ClaimedDelivery[]> {
    const token = newUuid();
    const leaseMs = leaseOf(this.config);
    const claimed = await this.master.transaction(async (tx) => {
      const due: { id: string; audit_id: string; webhook_id: string; attempts: number }[] = await tx.query(
        `SELECT id, audit_id, webhook_id, attempts FROM webhook_deliveries
          WHERE endpoint_id = ? AND status = 'pending' AND next_attempt_at <= UTC_TIMESTAMP(6)
          ORDER BY next_attempt_at LIMIT ? FOR UPDATE SKIP LOCKED`,
        [endpointId, limit],
      );
      if (due.length > 0)
        await tx.query(
          `UPDATE webhook_deliveries SET claim_token = ?, attempts = attempts + 1, last_attempt_at = UTC_TIMESTAMP(6),
              next_attempt_at = DATE_ADD(UTC_TIMESTAMP(6), INTERVAL ? MICROSECOND) WHERE id IN (?)`,
          [token, leaseMs * 1_000, due.map(({ id }) => id)],
        );
      return due;
    });
    if (claimed.length === 0) return [];
    const rows: AuditRow[] = await this.master.query(`SELECT ${AUDIT_COLUMNS} FROM audit_log WHERE id IN (?)`, [
      claimed.map(({ audit_id }) => audit_id),
    ]);
    const entries = new Map(rows.map((row) => [row.id, row]));
    return claimed.map(({ id, audit_id, webhook_id, attempts }) => ({
      id,
      webhookId: webhook_id,
      attempts: attempts + 1,
      token,
      entry: entries.get(audit_id) ?? null,
    }));
  }

  async delivered({ id, token }: ClaimedDelivery, endpointId: string, { status }: Attempt): Promise<void> {
    await this.master.query(
      `UPDATE webhook_deliveries SET status = 'delivered', delivered_at = UTC_TIMESTAMP(6), last_status = ?, last_error = NULL,
          claim_token = NULL WHERE id = ? AND claim_token = ?`,
      [status, id, token],
    );
    // not a write for each delivery
    await this.master.query(
      `UPDATE webhook_endpoints SET failing_since = NULL, last_delivered_at = UTC_TIMESTAMP(6), updated_at = updated_at
        WHERE id = ? AND (failing_since IS NOT NULL OR last_delivered_at IS NULL OR last_delivered_at < UTC_TIMESTAMP(6) - INTERVAL 1 MINUTE)`,
      [endpointId],
    );
  }

  /** @param pauseMs until the next try; null: it is given up */
  async failed(
    { id, token }: ClaimedDelivery,
    endpointId: string,
    { status, error }: Attempt,
    pauseMs: number | null,
  ): Promise<void> {
    await this.master.query(
      `UPDATE webhook_deliveries SET status = ?, last_status = ?, last_error = ?, claim_token = NULL,
          next_attempt_at = DATE_ADD(UTC_TIMESTAMP(6), INTERVAL ? MICROSECOND) WHERE id = ? AND claim_token = ?`,
      [pauseMs === null ? 'dead' : 'pending', status ?? null, error ?? null, (pauseMs ?? 0) * 1_000, id, token],
    );
    await this.master.query(
      'UPDATE webhook_endpoints SET failing_since = UTC_TIMESTAMP(6), updated_at = updated_at WHERE id = ? AND failing_since IS NULL',
      [endpointId],
    );
  }

  /** @returns whether it was enabled, and had failed for so long */
  disableWhenFailing(endpointId: string): Promise<boolean> {
    const hours = this.config.WEBHOOK_DISABLE_AFTER_HOURS;
    return this.disable(endpointId, `Nothing has arrived for ${hours} hours.`, {
      sql: 'failing_since < UTC_TIMESTAMP(6) - INTERVAL ? HOUR',
      parameters: [hours],
    });
  }

  /** The receiver answers 410: it wants nothing more. */
  disableAsGone(endpointId: string): Promise<boolean> {
    return this.disable(endpointId, 'The receiver answered 410 Gone.', { sql: 'TRUE', parameters: [] });
  }

  private disable(id: string, reason: string, condition: { sql: string; parameters: unknown[] }): Promise<boolean> {
    return this.master.transaction(async (tx: EntityManager) => {
      const { affectedRows } = await tx.query(
        `UPDATE webhook_endpoints SET status = 'disabled', disabled_reason = ?, disabled_at = UTC_TIMESTAMP(6)
          WHERE id = ? AND status = 'enabled' AND ${condition.sql}`,
        [reason, id, ...condition.parameters],
      );
      if (affectedRows === 0) return false;
      await this.audit.record(tx, systemActor('webhooks'), {
        action: 'webhook_endpoint.disabled',
        objectType: 'webhook_endpoint',
        objectId: id,
        before: { status: 'enabled' },
        after: { status: 'disabled', disabled_reason: reason },
      });
      return true;
    });
  }
}
