import { canonicalJson, type SecretBox, sha256 } from '@finvera/common';
import type { EntityManager } from 'typeorm';

/** Hash before the first row. */
export const AUDIT_CHAIN_START = '0'.repeat(64);

/** What a row's hash covers: everything in it and the hash of the row before. */
export const auditHash = (row: Record<string, unknown>, previousHash: string): string =>
  sha256(`${previousHash}\n${canonicalJson(row)}`);

/** Where the chain stands: one row, locked by whoever appends. */
export interface AuditHead {
  /** of the last entry */
  hash: string;
  lastId: number;
  /** entries after this one are numbered without gaps */
  gaplessAfter: number;
  /** entries up to this one were removed, their time being over; 0: none was */
  anchorId: number;
  /** of the last entry that was removed */
  anchorHash: string;
  /** proves that a process with our ENCRYPTION_KEY wrote all this; empty: somebody else did */
  seal: string;
}

/** What the seal covers. */
export const sealedText = ({ hash, lastId, gaplessAfter, anchorId, anchorHash }: AuditHead): string =>
  `audit ${lastId} ${hash} ${gaplessAfter} ${anchorId} ${anchorHash}`;

export const sealOf = (head: AuditHead, secrets: SecretBox) => secrets.provesSeal(sealedText(head), head.seal);

const COLUMNS = 'hash, last_id, gapless_after, anchor_id, anchor_hash, seal';

/** @param options.lock holds it until the transaction ends */
export async function readAuditHead(db: Pick<EntityManager, 'query'>, { lock = false } = {}): Promise<AuditHead> {
  const [row]: Record<string, string>[] = await db.query(
    `SELECT ${COLUMNS} FROM audit_log_head WHERE slot = 1${lock ? ' FOR UPDATE' : ''}`,
  );
  if (!row) throw new Error('the audit log has no head; run init:master');
  return headOf(row);
}

/** With the number of the newest entry that is there, of the same moment; 0: none. */
export async function readAuditEnd(db: Pick<EntityManager, 'query'>): Promise<{ head: AuditHead; newestId: number }> {
  const [row]: Record<string, string>[] = await db.query(
    `SELECT ${COLUMNS}, COALESCE((SELECT MAX(id) FROM audit_log), 0) AS newest_id FROM audit_log_head WHERE slot = 1`,
  );
  if (!row) throw new Error('the audit log has no head; run init:master');
  return { head: headOf(row), newestId: Number(row.newest_id) };
}

export async function writeAuditHead(tx: EntityManager, head: AuditHead): Promise<void> {
  await tx.query(
    'UPDATE audit_log_head SET hash = ?, last_id = ?, gapless_after = ?, anchor_id = ?, anchor_hash = ?, seal = ? WHERE slot = 1',
    [head.hash, head.lastId, head.gaplessAfter, head.anchorId, head.anchorHash, head.seal],
  );
}

const headOf = (row: Record<string, string>): AuditHead => ({
  hash: row.hash!,
  lastId: Number(row.last_id),
  gaplessAfter: Number(row.gapless_after),
  anchorId: Number(row.anchor_id),
  anchorHash: row.anchor_hash!,
  seal: row.seal!,
});
