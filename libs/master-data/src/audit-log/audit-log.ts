import { type Actor, canonicalJson, SecretBox } from '@finvera/common';
import { Injectable, Logger } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { type AuditHead, auditHash, readAuditHead, sealedText, sealOf, writeAuditHead } from './audit-chain.js';

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

/** Up to where entries may go: number and hash of the last one that is not kept. */
export type AuditAnchor = Pick<AuditHead, 'anchorId' | 'anchorHash'>;

/** Append-only record of every change of a tenant's life, hash-chained so that a change of history is found. */
@Injectable()
export class AuditLog {
  private readonly logger = new Logger(AuditLog.name);

  constructor(private readonly secrets: SecretBox) {}

  /** Appends within the caller's transaction. The chain's head is locked until it commits: call it last. */
  record(tx: EntityManager, actor: Actor, record: AuditRecord): Promise<void> {
    return this.recordMany(tx, actor, [record]);
  }

  /** As `record`, in one statement for all of them. */
  async recordMany(tx: EntityManager, actor: Actor, records: readonly AuditRecord[]): Promise<void> {
    await this.recordAll(
      tx,
      records.map((record) => ({ actor, record })),
    );
  }

  /** As `recordMany`, for entries of several actors. */
  async recordAll(tx: EntityManager, entries: readonly { actor: Actor; record: AuditRecord }[]): Promise<void> {
    if (entries.length === 0) return;
    const head = await readAuditHead(tx, { lock: true });
    await this.append(tx, head, entries, { isOurs: this.isOurs(head) });
  }

  /** Appends the entry that says which ones may go, and lets them go from then on. */
  async recordCheckpoint(tx: EntityManager, actor: Actor, record: AuditRecord, anchor: AuditAnchor): Promise<void> {
    const head = await readAuditHead(tx, { lock: true });
    await this.append(tx, { ...head, ...anchor }, [{ actor, record }], { isOurs: this.isOurs(head) });
  }

  /** Appends and seals the head, whoever has written it before: for somebody who has looked at the whole chain. */
  async recordSealed(tx: EntityManager, actor: Actor, record: AuditRecord): Promise<void> {
    await this.append(tx, await readAuditHead(tx, { lock: true }), [{ actor, record }], { isOurs: true });
  }

  /** Seals the head with the current key, when one of ours has sealed it before. */
  async sealWithCurrentKey(tx: EntityManager): Promise<void> {
    const head = await readAuditHead(tx, { lock: true });
    if (this.isOurs(head)) await writeAuditHead(tx, { ...head, seal: this.secrets.seal(sealedText(head)) });
  }

  /** A head that somebody else has written is never sealed by going on: `finvera audit verify` must find it later, too. */
  private isOurs(head: AuditHead): boolean {
    if (sealOf(head, this.secrets) === 'proved') return true;
    this.logger.error({ msg: 'the head of the audit log was not written by us; run finvera audit verify' });
    return false;
  }

  private async append(
    tx: EntityManager,
    head: AuditHead,
    entries: readonly { actor: Actor; record: AuditRecord }[],
    { isOurs }: { isOurs: boolean },
  ): Promise<void> {
    const at = new Date();
    const next = { ...head };
    const rows = entries.map(({ actor, record }) => {
      const row = rowOf(actor, record, at);
      const previous = next.hash;
      next.lastId += 1;
      next.hash = auditHash(row, previous);
      return [next.lastId, ...Object.values({ ...row, at, before_state: json(row.before_state), after_state: json(row.after_state) }), previous, next.hash]; // biome-ignore format: one line
    });
    await tx.query(
      `INSERT INTO audit_log (id, at, actor_id, actor_name, actor_kind, request_id, ip, action, tenant_id, object_type,
         object_id, before_state, after_state, previous_hash, hash) VALUES ?`,
      [rows],
    );
    await writeAuditHead(tx, { ...next, seal: isOurs ? this.secrets.seal(sealedText(next)) : '' });
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
