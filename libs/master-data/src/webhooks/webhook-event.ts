import type { AuditRow } from '../audit-log/read-audit-rows.js';
import { instantOf, stateOf } from '../audit-log/read-audit-rows.js';

/** Kinds of audit entries that are events; others (keys, sign-ins) concern the platform alone. */
export const EVENT_KINDS = ['tenant', 'operation', 'storage', 'backup'] as const;

/** What an endpoint may ask for. */
export const EVENT_TYPE_PATTERN = new RegExp(`^(\\*|(${EVENT_KINDS.join('|')})\\.(\\*|[a-z_]{1,50}))$`);

export const isEvent = (action: string): boolean => EVENT_KINDS.some((kind) => action.startsWith(`${kind}.`));

/** The body, as Standard Webhooks has it. */
export const eventBody = (row: AuditRow) => ({
  type: row.action,
  timestamp: instantOf(row),
  data: {
    tenant_id: row.tenant_id,
    object: { type: row.object_type, id: row.object_id },
    before: snakeCase(stateOf(row.before_state)),
    after: snakeCase(stateOf(row.after_state)),
    actor: { kind: row.actor_kind, name: row.actor_name },
    request_id: row.request_id,
    audit_entry_id: String(row.id),
  },
});

const snakeCase = (state: Record<string, unknown> | null): Record<string, unknown> | null =>
  state && Object.fromEntries(Object.entries(state).map(([name, value]) => [toSnake(name), value]));

const toSnake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
