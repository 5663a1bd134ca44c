import { canonicalJson } from '@finvera/common';
import type { EntityManager } from 'typeorm';
import { type AuditHead, auditHash } from './audit-chain.js';
import { type AuditRow, instantOf, readAuditRows, stateOf } from './read-audit-rows.js';

/**
 * - `changed`: something in the entry is not what was written
 * - `moved`: it is as it was written, but not after the one it was written after
 * - `missing`: it is not there
 * - `added`: it was not written by us
 * - `head`: where the chain should end does not fit
 * - `checkpoint`: what was removed does not fit the entry that says so
 * - `seal`: the head was written by somebody without our key
 * - `noted`: a former end of the chain is not in it any more
 */
export type AuditProblemKind = 'changed' | 'moved' | 'missing' | 'added' | 'head' | 'checkpoint' | 'seal' | 'noted';

export interface AuditProblem {
  kind: AuditProblemKind;
  /** the first entry that is broken; null: none is, but the head */
  id: number | null;
  message: string;
}

/** Walks along the chain, a page at a time; memory does not grow with its length. */
export class ChainWalk {
  readonly firstId: number;
  lastId: number;
  hash: string;
  entries = 0;
  /** of the newest checkpoint that was passed */
  checkpoint?: { through_id: unknown; through_hash: unknown };

  constructor(
    private readonly db: Pick<EntityManager, 'query'>,
    private readonly start: AuditHead,
    private readonly onPage: (walk: ChainWalk) => void = () => undefined,
    /** a former end of the chain that must be on the way */
    private readonly noted?: { id: number; hash: string },
  ) {
    this.firstId = start.anchorId + 1;
    this.lastId = start.anchorId;
    this.hash = start.anchorHash;
  }

  /** @returns the first entry that is broken on the way to this one */
  async to(through: number): Promise<AuditProblem | undefined> {
    for await (const page of readAuditRows(this.db, { after: this.lastId, through })) {
      for (const row of page) {
        const problem = this.problemOf(row);
        if (problem) return problem;
        this.pass(row);
      }
      this.onPage(this);
    }
    return this.lastId < through && through > this.start.gaplessAfter ? missing(this.lastId + 1) : undefined;
  }

  private problemOf(row: AuditRow): AuditProblem | undefined {
    const id = Number(row.id);
    const expected = this.lastId + 1;
    if (id !== expected && expected > this.start.gaplessAfter) return missing(expected);
    if (!isIntact(row)) return { kind: 'changed', id, message: `entry ${id} is not what was written` };
    if (row.previous_hash !== this.hash)
      return { kind: 'moved', id, message: `entry ${id} was not written after the one that stands before it` };
    if (this.noted?.id === id && this.noted.hash !== row.hash)
      return {
        kind: 'noted',
        id,
        message: `entry ${id} has another hash than the one noted: the chain was written anew`,
      };
    return undefined;
  }

  private pass(row: AuditRow): void {
    this.lastId = Number(row.id);
    this.hash = row.hash;
    this.entries += 1;
    if (row.action === 'audit.checkpoint')
      this.checkpoint = stateOf(row.after_state) as unknown as ChainWalk['checkpoint'];
  }
}

const missing = (id: number): AuditProblem => ({ kind: 'missing', id, message: `entry ${id} is missing` });

/** Whether the entry's hash fits what stands in it. */
function isIntact(row: AuditRow): boolean {
  const { id: _, at, before_state, after_state, previous_hash, hash, ...columns } = row;
  try {
    const [before, after] = [stateOf(before_state), stateOf(after_state)];
    const written = { at: instantOf(row), ...columns, before_state: before, after_state: after };
    return (
      at.endsWith('000') &&
      saysNoMore(before_state, before) &&
      saysNoMore(after_state, after) &&
      auditHash(written, previous_hash) === hash
    );
  } catch {
    return false; // not even JSON
  }
}

/** A text may hold a field twice, of which readers see one; spaces that an engine adds are no matter. */
const saysNoMore = (stored: string | null, state: unknown): boolean =>
  stored === null || withoutSpaces(stored).length === canonicalJson(state).length;

const withoutSpaces = (json: string): string =>
  json.replace(/"(?:[^"\\]|\\.)*"|\s+/gs, (part) => (part.startsWith('"') ? part : ''));
