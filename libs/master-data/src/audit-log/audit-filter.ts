import { likePattern, malformed } from '@finvera/common';
import type { AuditLogFilter } from './audit-log.dto.js';

const SEARCHED = [
  'action', 'actor_name', 'object_type', 'object_id', 'tenant_id', 'request_id', 'ip', 'before_state', 'after_state',
]; // biome-ignore format: a list

export interface AuditCondition {
  /** constant text with parameters */
  sql: string;
  parameters: unknown[];
}

/** @throws DomainError 400 when `from` is after `to` */
export function auditCondition({ tenant_id, action, actor, from, to, search }: AuditLogFilter): AuditCondition {
  const [first, end] = [from && new Date(from), to && endOf(to)];
  if (first && end && first >= end)
    throw malformed(`from ${from} is not before to ${to}`, [{ field: 'from', message: 'must be before to' }]);
  const parts: (readonly [string, ...unknown[]])[] = [];
  if (tenant_id !== undefined) parts.push(['tenant_id = ?', isPlain(tenant_id) ? tenant_id : '']);
  if (action?.endsWith('.*')) parts.push(['action LIKE ?', likePattern(action.slice(0, -1)).slice(1)]);
  else if (action !== undefined) parts.push(['action = ?', action]);
  if (actor !== undefined) parts.push(['actor_name = ?', actor]);
  if (first) parts.push(['at >= ?', first]);
  if (end) parts.push(['at < ?', end]);
  if (search) parts.push([SEARCH, likePattern(search)]);
  return {
    sql: ['TRUE', ...parts.map(([sql]) => sql)].join(' AND '),
    parameters: parts.flatMap(([, ...parameters]) => parameters),
  };
}

const SEARCH = `CONCAT_WS('\\n', ${SEARCHED.map((column) => `CONVERT(${column} USING utf8mb4)`).join(', ')}) COLLATE utf8mb4_unicode_520_ci LIKE ?`;

/** A day is meant to its end. */
export const endOf = (to: string): Date =>
  /^\d{4}-\d{2}-\d{2}$/.test(to) ? new Date(Date.parse(to) + 86_400_000) : new Date(to);

/** Ids are ASCII; their column cannot be compared with other letters. */
const isPlain = (id: string): boolean => /^[ -~]*$/.test(id);
