import type { EntityManager } from 'typeorm';

/** An entry as it is stored. */
export interface AuditRow {
  id: string;
  /** ISO, microseconds */
  at: string;
  actor_id: string;
  actor_name: string;
  actor_kind: string;
  request_id: string;
  ip: string | null;
  action: string;
  tenant_id: string | null;
  object_type: string;
  object_id: string;
  /** JSON as it is stored; MySQL adds spaces and orders keys in its own way */
  before_state: string | null;
  after_state: string | null;
  previous_hash: string;
  hash: string;
}

export const AUDIT_COLUMNS = `id, DATE_FORMAT(at, '%Y-%m-%dT%H:%i:%s.%f') AS at, actor_id, actor_name, actor_kind, request_id, ip,
  action, tenant_id, object_type, object_id, CONVERT(before_state USING utf8mb4) AS before_state,
  CONVERT(after_state USING utf8mb4) AS after_state, previous_hash, hash`;

/** Milliseconds, as entries are written. */
export const instantOf = (row: Pick<AuditRow, 'at'>): string => `${row.at.slice(0, 23)}Z`;

export const stateOf = (stored: string | null): Record<string, unknown> | null => stored && JSON.parse(stored);

const PAGE = 1_000;

/** The entries after one and up to another, oldest first, a page at a time. */
export async function* readAuditRows(
  db: Pick<EntityManager, 'query'>,
  { after, through }: { after: number; through: number },
): AsyncGenerator<AuditRow[]> {
  for (let last = after; last < through; ) {
    const page: AuditRow[] = await db.query(
      `SELECT ${AUDIT_COLUMNS} FROM audit_log WHERE id > ? AND id <= ? ORDER BY id LIMIT ?`,
      [last, through, PAGE],
    );
    if (page.length === 0) return;
    yield page;
    last = Number(page.at(-1)!.id);
  }
}
