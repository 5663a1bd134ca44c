import { isWanted, newId, readJson, webhookIdOf } from '@finvera/common';
import { InjectTenantDataSource, TenantDataSource } from '@finvera/tenancy';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { EVENT_KINDS, eventTypeOf } from './books-event.js';

/** Rows of the edit log that one transaction looks through. */
const BATCH = 500;
/** Deliveries that are noted ahead for an endpoint; what comes later waits in the edit log. */
const AHEAD_MAX = 1_000;

/** What of a row of the edit log says whether somebody wants to be told of it. */
export interface ChainedRow {
  sequence: string;
  id: string;
  action: string;
  object_type: string;
  object_id: string;
  content_hash: string;
}

export const CHAINED_COLUMNS = 'c.sequence, e.id, e.action, e.object_type, e.object_id, e.content_hash';

const ENDPOINTS_BEHIND = `SELECT id FROM webhook_endpoints WHERE status = 'enabled'
  AND noted_through < (SELECT COALESCE(MAX(c.sequence), 0) FROM edit_log_chain c)`;
const ENABLED = "SELECT COUNT(*) AS enabled FROM webhook_endpoints WHERE status = 'enabled'";
const DUE = `SELECT e.id FROM webhook_endpoints e WHERE e.status = 'enabled'
  AND EXISTS (SELECT 1 FROM webhook_deliveries d WHERE d.endpoint_id = e.id AND d.status = 'pending')`;

/**
 * Goes on through the chain of the edit log for each endpoint, and notes a delivery for what it wants to be told of.
 * The chain's order is the order of events. Place and deliveries are one transaction: none is lost, and none noted twice.
 */
@Injectable()
export class NoteDeliveries {
  constructor(@InjectTenantDataSource() private readonly dataSource: TenantDataSource) {}

  /** @returns the enabled endpoints that deliveries wait for */
  async run(): Promise<string[]> {
    const [{ enabled }] = await this.dataSource.query(ENABLED);
    if (Number(enabled) === 0) return [];
    const behind: { id: string }[] = await this.dataSource.query(ENDPOINTS_BEHIND);
    for (const { id } of behind) while (await this.dataSource.transaction('READ COMMITTED', (tx) => this.next(tx, id)));
    const due: { id: string }[] = await this.dataSource.query(DUE);
    return due.map(({ id }) => id);
  }

  /** @returns whether there may be more */
  private async next(tx: EntityManager, id: string): Promise<boolean> {
    const [endpoint]: { event_types: unknown; noted_through: string }[] = await tx.query(
      "SELECT event_types, noted_through FROM webhook_endpoints WHERE id = ? AND status = 'enabled' FOR UPDATE SKIP LOCKED",
      [id],
    );
    if (!endpoint) return false;
    const [{ waiting }] = await tx.query(
      `SELECT COUNT(*) AS waiting FROM (SELECT 1 FROM webhook_deliveries WHERE endpoint_id = ? AND status = 'pending' LIMIT ${AHEAD_MAX}) w`,
      [id],
    );
    if (Number(waiting) >= AHEAD_MAX) return false;
    const rows: ChainedRow[] = await tx.query(
      `SELECT ${CHAINED_COLUMNS} FROM edit_log_chain c JOIN edit_log e ON e.id = c.log_id
        WHERE c.sequence > ? ORDER BY c.sequence LIMIT ${BATCH}`,
      [endpoint.noted_through],
    );
    if (rows.length === 0) return false;
    await insertDeliveries(
      tx,
      id,
      rows.filter((row) => isMeant(readJson(endpoint.event_types), row)),
    );
    await tx.query('UPDATE webhook_endpoints SET noted_through = ?, updated_at = updated_at WHERE id = ?', [
      rows.at(-1)!.sequence,
      id,
    ]);
    return rows.length === BATCH;
  }
}

export const isMeant = (eventTypes: readonly string[], row: Pick<ChainedRow, 'object_type' | 'action'>): boolean =>
  (EVENT_KINDS as readonly string[]).includes(row.object_type) && isWanted(eventTypes, eventTypeOf(row));

/** Those that are noted already stay as they are. */
export async function insertDeliveries(
  tx: EntityManager,
  endpointId: string,
  rows: readonly ChainedRow[],
): Promise<void> {
  if (rows.length === 0) return;
  const now = new Date();
  await tx.query(
    'INSERT IGNORE INTO webhook_deliveries (id, endpoint_id, sequence, log_id, webhook_id, event_type, object_id, next_attempt_at) VALUES ?',
    [
      rows.map((row) => [
        newId(), endpointId, row.sequence, row.id, webhookIdOf(row.content_hash), eventTypeOf(row), row.object_id, now,
      ]),
    ], // biome-ignore format: one row a line
  );
}
