import { type Actor, canonicalJson, newId } from '@finvera/common';
import { Injectable } from '@nestjs/common';
import type { SqlSession } from '../schema/sql-session.js';
import { contentHash, type EditLogRow } from './content-hash.js';

export interface EditLogChange {
  /** created, updated, posted, altered, cancelled, deleted … */
  action: string;
  objectType: string;
  objectId: string;
  objectName?: string;
  before?: unknown;
  after?: unknown;
  reason?: string;
}

/**
 * Each creation and change in the books: who, when, what before and after. Companies (Accounts) Rules 2014, rule 3(1)
 * proviso: it cannot be switched off; triggers refuse to change or delete it.
 */
@Injectable()
export class EditLog {
  record(tx: SqlSession, actor: Actor, change: EditLogChange): Promise<void> {
    return this.recordMany(tx, actor, [change]);
  }

  /** Within the transaction of the change itself; one statement. */
  recordMany(tx: SqlSession, actor: Actor, changes: readonly EditLogChange[]): Promise<void> {
    return this.recordAll(
      tx,
      changes.map((change) => ({ ...change, actor })),
    );
  }

  /** The same for what several did in one transaction. */
  async recordAll(tx: SqlSession, changes: readonly (EditLogChange & { actor: Actor })[]): Promise<void> {
    if (changes.length === 0) return;
    const rows = changes.map(({ actor, ...change }) => rowOf(actor, change));
    await tx.query(
      `INSERT INTO edit_log (id, at, actor_id, actor_name, actor_kind, request_id, ip, action, object_type, object_id,
         object_name, reason, before_state, after_state, content_hash) VALUES ?`,
      [
        rows.map(({ before, after, ...row }) => [
          ...Object.values(row),
          jsonColumn(before),
          jsonColumn(after),
          contentHash({ ...row, before, after }),
        ]),
      ],
    );
  }
}

/** In the order of the columns. */
const rowOf = (actor: Actor, change: EditLogChange): EditLogRow => ({
  id: newId(),
  at: new Date(),
  actor_id: actor.id,
  actor_name: actor.name,
  actor_kind: actor.kind,
  request_id: actor.requestId.slice(0, 64),
  ip: actor.ip ?? null,
  action: change.action,
  object_type: change.objectType,
  object_id: change.objectId,
  object_name: [...(change.objectName ?? '')].slice(0, 200).join(''),
  reason: change.reason ?? null,
  before: change.before ?? null,
  after: change.after ?? null,
});

const jsonColumn = (state: unknown): string | null => (state === null ? null : canonicalJson(state));
