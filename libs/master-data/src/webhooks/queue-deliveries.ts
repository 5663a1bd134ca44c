import { isWanted, newUuid, webhookIdOf } from '@finvera/common';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { WebhookEndpoint } from './webhook-endpoint.entity.js';
import { isEvent } from './webhook-event.js';

const BATCH = 500;
const BATCHES_MAX = 100;

/** What of an audit entry says whether somebody wants to be told of it. */
export interface EventRow {
  id: string;
  action: string;
  tenant_id: string | null;
  hash: string;
}

/**
 * Goes on through the audit log from where the cursor stands, and notes a delivery for each endpoint that wants to be told.
 * Entries commit in the order of their numbers, as whoever appends holds the head's lock: none is passed over. Cursor and
 * deliveries are one transaction: none is lost, and none noted twice.
 */
@Injectable()
export class QueueDeliveries {
  constructor(@InjectDataSource() private readonly master: DataSource) {}

  async run(): Promise<void> {
    for (let batch = 0; batch < BATCHES_MAX && (await this.isBehind()); batch += 1)
      await this.master.transaction((tx) => this.next(tx));
  }

  private async isBehind(): Promise<boolean> {
    const [row]: { behind: string }[] = await this.master.query(
      'SELECT h.last_id > c.audit_id AS behind FROM audit_log_head h, webhook_cursor c WHERE h.slot = 1 AND c.slot = 1',
    );
    return Number(row?.behind) === 1;
  }

  private async next(tx: EntityManager): Promise<void> {
    const [cursor]: { audit_id: string }[] = await tx.query(
      'SELECT audit_id FROM webhook_cursor WHERE slot = 1 FOR UPDATE',
    );
    const endpoints = await tx.findBy(WebhookEndpoint, { status: 'enabled' });
    const rows: EventRow[] = await tx.query(
      'SELECT id, action, tenant_id, hash FROM audit_log WHERE id > ? ORDER BY id LIMIT ?',
      [cursor!.audit_id, BATCH],
    );
    if (rows.length === 0) return;
    await insertDeliveries(
      tx,
      endpoints.flatMap((endpoint) =>
        rows
          .filter(({ id, action }) => Number(id) > Number(endpoint.eventsAfter) && isMeant(endpoint, action))
          .map((row) => ({ endpoint, row })),
      ),
    );
    await tx.query('UPDATE webhook_cursor SET audit_id = ? WHERE slot = 1', [rows.at(-1)!.id]);
  }
}

export const isMeant = ({ eventTypes }: WebhookEndpoint, action: string): boolean =>
  isEvent(action) && isWanted(eventTypes, action);

/** Those that are noted already stay as they are. */
export async function insertDeliveries(
  tx: EntityManager,
  deliveries: readonly { endpoint: WebhookEndpoint; row: EventRow }[],
): Promise<void> {
  if (deliveries.length === 0) return;
  const now = new Date();
  await tx.query(
    'INSERT IGNORE INTO webhook_deliveries (id, endpoint_id, audit_id, webhook_id, event_type, tenant_id, next_attempt_at) VALUES ?',
    [
      deliveries.map(({ endpoint, row }) => [
        newUuid(), endpoint.id, row.id, webhookIdOf(row.hash), row.action, row.tenant_id, now,
      ]),
    ], // biome-ignore format: one row a line
  );
}
