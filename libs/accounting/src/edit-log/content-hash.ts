import { canonicalJson, sha256 } from '@finvera/common';

/** A row of the edit log as its hash covers it. */
export interface EditLogRow {
  id: string;
  at: Date;
  actor_id: string;
  actor_name: string;
  actor_kind: string;
  request_id: string;
  ip: string | null;
  action: string;
  object_type: string;
  object_id: string;
  object_name: string;
  reason: string | null;
  /** the states as values, not as text: MySQL writes JSON anew in its own order */
  before: unknown;
  after: unknown;
}

/** SHA-256 over everything that a row says. A row read back and changed by nobody has the hash that stands in it. */
export const contentHash = (row: EditLogRow): string => sha256(canonicalJson(row));
