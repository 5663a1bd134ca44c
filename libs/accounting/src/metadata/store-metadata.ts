import type { EntityManager } from 'typeorm';
import { type Metadata, termsOf } from './metadata.js';

const STATEMENTS = {
  voucher: {
    clear: 'DELETE FROM voucher_metadata_terms WHERE voucher_id = ?',
    insert:
      'INSERT INTO voucher_metadata_terms (name, value, voucher_id) VALUES ? ON DUPLICATE KEY UPDATE voucher_id = voucher_metadata_terms.voucher_id',
    set: 'UPDATE vouchers SET metadata = ? WHERE id = ?',
  },
  ledger: {
    clear: 'DELETE FROM ledger_metadata_terms WHERE ledger_id = ?',
    insert:
      'INSERT INTO ledger_metadata_terms (name, value, ledger_id) VALUES ? ON DUPLICATE KEY UPDATE ledger_id = ledger_metadata_terms.ledger_id',
    set: 'UPDATE ledgers SET metadata = ? WHERE id = ?',
  },
} as const;

export type MetadataOwner = keyof typeof STATEMENTS;

/** Replaces what is kept with a voucher or ledger; null takes it away. */
export async function storeMetadata(
  tx: EntityManager,
  owner: MetadataOwner,
  id: string,
  metadata: Metadata | null,
): Promise<void> {
  await tx.query(STATEMENTS[owner].set, [metadata === null ? null : JSON.stringify(metadata), id]);
  await tx.query(STATEMENTS[owner].clear, [id]);
  await insertTerms(tx, owner, [{ id, metadata }]);
}

/** Terms of what was just inserted; nothing is asked when there is no metadata. */
export async function insertTerms(
  tx: EntityManager,
  owner: MetadataOwner,
  things: readonly { id: string; metadata?: Metadata | null }[],
): Promise<void> {
  // in collation order two spellings of a value are one
  const rows = things.flatMap(({ id, metadata }) =>
    metadata ? termsOf(metadata).map(({ name, value }) => [name, value, id]) : [],
  );
  if (rows.length > 0) await tx.query(STATEMENTS[owner].insert, [rows]);
}
