import { type Actor, canonicalJson, sha256 } from '@finvera/common';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';

export interface AuditRecord {
  /** for example `tenant.created` */
  action: string;
  tenantId?: string;
  objectType: string;
  objectId: string;
  /** Holds no secret. */
  before?: Record<string, unknown>;
  after?: Record<string, unknown>;
}

/** Hash before the first row. */
export const AUDIT_CHAIN_START = '0'.repeat(64);

/** What a row's hash covers: everything in it and the hash of the row before. */
export const auditHash = (row: Record<string, unknown>, previousHash: string): string =>
  sha256(`${previousHash}\n${canonicalJson(row)}`);

/** Append-only record of every change of a tenant's life, hash-chained so that a change of history is found. */
@Injectable()
export class AuditLog {
  /** Appends within the caller's transaction. The chain's head is locked until it commits: call it last. */
  record(tx: EntityManager, actor: Actor, record: AuditRecord): Promise<void> {
    return this.recordMany(tx, actor, [record]);
  }

  /** As `record`, in one statement for all of them. */
  async recordMany(tx: EntityManager, actor: Actor, records: readonly AuditRecord[]): Promise<void> {
    if (records.length === 0) return;
    const [head]: { hash: string }[] = await tx.query('SELECT hash FROM audit_log_head WHERE slot = 1 FOR UPDATE');
    let previous = head!.hash;
    const at = new Date();
    const rows = records.map((record) => {
      const row = rowOf(actor, record, at);
      const hash = auditHash(row, previous);
      const columns = [...Object.values({ ...row, at, before_state: json(row.before_state), after_state: json(row.after_state) }), previous, hash]; // biome-ignore format: one line
      previous = hash;
      return columns;
    });
    await tx.query(
      `INSERT INTO audit_log (at, actor_id, actor_name, actor_kind, request_id, ip, action, tenant_id, object_type,
         object_id, before_state, after_state, previous_hash, hash) VALUES ?`,
      [rows],
    );
    await tx.query('UPDATE audit_log_head SET hash = ? WHERE slot = 1', [previous]);
  }
}

/** In the order of the columns. */
const rowOf = (actor: Actor, record: AuditRecord, at: Date) => ({
  at: at.toISOString(),
  actor_id: actor.id,
  actor_name: actor.name,
  actor_kind: actor.kind,
  request_id: actor.requestId,
  ip: actor.ip ?? null,
  action: record.action,
  tenant_id: record.tenantId ?? null,
  object_type: record.objectType,
  object_id: record.objectId,
  before_state: record.before ?? null,
  after_state: record.after ?? null,
});

const json = (state: Record<string, unknown> | null): string | null => state && canonicalJson(state);
