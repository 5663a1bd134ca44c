import { readJson } from '@finvera/common';
import { contentHash, type EditLogRow } from '../edit-log/content-hash.js';
import { CHAIN_BEGINNING, nextLink } from '../edit-log/seal-edit-log.js';
import { type Check, type Findings, inRanges } from './verification.js';

const ROWS_AT_ONCE = 1_000;

const CHAIN = `SELECT c.sequence, c.log_id, c.chain_hash, e.id, e.at, e.actor_id, e.actor_name, e.actor_kind, e.request_id, e.ip,
    e.action, e.object_type, e.object_id, e.object_name, e.reason, e.before_state, e.after_state, e.content_hash
  FROM edit_log_chain c LEFT JOIN edit_log e ON e.id = c.log_id
  WHERE c.sequence > CAST(? AS UNSIGNED) ORDER BY c.sequence LIMIT ${ROWS_AT_ONCE}`;

interface ChainRow extends Omit<EditLogRow, 'id' | 'before' | 'after'> {
  sequence: string;
  log_id: string;
  chain_hash: string;
  /** null: the row is not in the log any more */
  id: string | null;
  before_state: unknown;
  after_state: unknown;
  content_hash: string;
}

export interface EditLogHead {
  /** rows in the chain */
  sealed: number;
  /** rows that wait for it */
  unsealed: number;
  /** hash of the last link: it stands for everything up to it */
  head: string;
}

/**
 * Every row of the edit log says what it said when it was written, none is missing, none was put in between.
 * @param noted a head that was written down elsewhere: it must still be a link of the chain
 */
export const checkEditLog =
  (result: EditLogHead, noted?: string): Check =>
  async (tx, findings) => {
    findings.begin('edit log');
    let [sequence, link, isNoted] = ['0', CHAIN_BEGINNING, noted === undefined];
    for (;;) {
      const rows: ChainRow[] = await tx.query(CHAIN, [sequence]);
      for (const row of rows) {
        if (BigInt(row.sequence) !== BigInt(sequence) + 1n)
          findings.found(`the chain goes on with ${row.sequence} after ${sequence}: rows in between were removed`);
        examineRow(row, link, findings);
        sequence = row.sequence;
        link = row.chain_hash;
        isNoted ||= link === noted;
      }
      findings.examined(rows.length);
      if (rows.length < ROWS_AT_ONCE) break;
    }
    if (!isNoted) findings.found('the noted head is not in the chain: it was written anew from somewhere before it');
    const [waiting] = await tx.query('SELECT COUNT(*) AS count FROM edit_log_unsealed');
    Object.assign(result, { sealed: Number(sequence), unsealed: Number(waiting.count), head: link });
    await findRowsOutside(tx, findings);
  };

function examineRow(
  { sequence, log_id, chain_hash, before_state, after_state, content_hash, ...row }: ChainRow,
  link: string,
  findings: Findings,
) {
  const object = { object_type: 'edit_log', object_id: log_id };
  if (row.id === null) return findings.found(`row ${log_id} of the edit log (link ${sequence}) was removed`, object);
  const said = contentHash({ ...row, id: log_id, before: readJson(before_state), after: readJson(after_state) });
  if (said !== content_hash) findings.found(`row ${log_id} of the edit log was changed`, object);
  if (nextLink(link, log_id, content_hash) !== chain_hash)
    findings.found(`link ${sequence} of the edit log (row ${log_id}) does not follow from the one before it`, object);
}

const NEXT = `SELECT MAX(id) AS last, COUNT(*) AS count
  FROM (SELECT id FROM edit_log WHERE id > CAST(? AS UNSIGNED) ORDER BY id LIMIT ?) e`;

const OUTSIDE = `SELECT e.id FROM edit_log e LEFT JOIN edit_log_chain c ON c.log_id = e.id LEFT JOIN edit_log_unsealed u ON u.log_id = e.id
  WHERE e.id > CAST(? AS UNSIGNED) AND e.id <= CAST(? AS UNSIGNED) AND c.log_id IS NULL AND u.log_id IS NULL`;

async function findRowsOutside(tx: Parameters<Check>[0], findings: Findings): Promise<void> {
  const [state] = await tx.query('SELECT log_noted_through, log_noted_until FROM books_state WHERE id = 1');
  const isBeingNoted = (id: string) =>
    state && BigInt(id) > BigInt(state.log_noted_through) && BigInt(id) <= BigInt(state.log_noted_until);
  await inRanges(tx, { next: NEXT, size: 10 * ROWS_AT_ONCE }, async (after, upTo) => {
    const outside: { id: string }[] = await tx.query(OUTSIDE, [after, upTo]);
    for (const { id } of outside)
      if (!isBeingNoted(id))
        findings.found(
          `row ${id} of the edit log is neither in the chain nor waiting for it: it was put in around the program`,
          {
            object_type: 'edit_log',
            object_id: id,
          },
        );
  });
}
