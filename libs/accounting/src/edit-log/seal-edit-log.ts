import { sha256 } from '@finvera/common';
import { InjectTenantDataSource, TenantDataSource } from '@finvera/tenancy';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';

/** Rows that one transaction puts into the chain. */
const BATCH = 1_000;
/** Rows from before there was a chain that one transaction notes. */
const NOTED_AT_ONCE = 5_000;

/** Before the first row. */
export const CHAIN_BEGINNING = '0'.repeat(64);

/** A link holds its row and, through the link before, all rows that came earlier. */
export const nextLink = (link: string, logId: string, contentHash: string): string =>
  sha256(`${link}:${logId}:${contentHash}`);

const NEXT = `SELECT u.log_id, e.content_hash FROM edit_log_unsealed u JOIN edit_log e ON e.id = u.log_id
  ORDER BY u.log_id LIMIT ${BATCH}`;

const NOTE_OLD = `INSERT IGNORE INTO edit_log_unsealed (log_id)
  SELECT e.id FROM edit_log e LEFT JOIN edit_log_chain c ON c.log_id = e.id
  WHERE e.id > CAST(? AS UNSIGNED) AND e.id <= CAST(? AS UNSIGNED) AND c.log_id IS NULL`;

/**
 * Puts rows of the edit log into its chain, one batch after the other, after the transactions that wrote them: whoever
 * posts waits for nobody. Companies (Accounts) Rules 2014, rule 3(1) proviso: a change made around the program is found.
 */
@Injectable()
export class SealEditLog {
  constructor(@InjectTenantDataSource() private readonly dataSource: TenantDataSource) {}

  /** One batch, in one transaction. @returns false when all rows are sealed, or another process is at it */
  seal(): Promise<boolean> {
    return this.dataSource.transaction('READ COMMITTED', async (tx) => {
      const [state]: { log_noted_through: string; log_noted_until: string }[] = await tx.query(
        'SELECT log_noted_through, log_noted_until FROM books_state WHERE id = 1 FOR UPDATE SKIP LOCKED',
      );
      if (!state) return false;
      const noted = await noteOldRows(tx, state);
      const rows: { log_id: string; content_hash: string }[] = await tx.query(NEXT);
      if (rows.length > 0) await extendChain(tx, rows);
      return noted || rows.length === BATCH;
    });
  }
}

/** Rows that were written before there was a chain come first. @returns whether there may be more of them */
async function noteOldRows(
  tx: EntityManager,
  { log_noted_through: from, log_noted_until: until }: { log_noted_through: string; log_noted_until: string },
): Promise<boolean> {
  if (BigInt(from) >= BigInt(until)) return false;
  const [row]: { last: string | null }[] = await tx.query(
    `SELECT MAX(id) AS last FROM (SELECT id FROM edit_log WHERE id > CAST(? AS UNSIGNED) AND id <= CAST(? AS UNSIGNED)
       ORDER BY id LIMIT ${NOTED_AT_ONCE}) e`,
    [from, until],
  );
  const last = row?.last ?? until;
  await tx.query(NOTE_OLD, [from, last]);
  await tx.query('UPDATE books_state SET log_noted_through = ? WHERE id = 1', [last]);
  return true;
}

async function extendChain(
  tx: EntityManager,
  rows: readonly { log_id: string; content_hash: string }[],
): Promise<void> {
  const [head]: { sequence: string; chain_hash: string }[] = await tx.query(
    'SELECT sequence, chain_hash FROM edit_log_chain ORDER BY sequence DESC LIMIT 1',
  );
  let sequence = BigInt(head?.sequence ?? 0);
  let link = head?.chain_hash ?? CHAIN_BEGINNING;
  const links = rows.map(({ log_id, content_hash }) => {
    sequence += 1n;
    link = nextLink(link, log_id, content_hash);
    return [sequence.toString(), log_id, link];
  });
  await tx.query('INSERT INTO edit_log_chain (sequence, log_id, chain_hash) VALUES ?', [links]);
  await tx.query('DELETE FROM edit_log_unsealed WHERE log_id IN (?)', [rows.map(({ log_id }) => log_id)]);
}
