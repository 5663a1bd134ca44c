import { isoInstant, readJson } from '@finvera/common';

/** Objects of the edit log whose changes are events; others (users, roles, keys, endpoints) concern who administers alone. */
export const EVENT_KINDS = [
  'voucher',
  'ledger',
  'account_group',
  'voucher_type',
  'period',
  'financial_year',
  'balance',
] as const;

/** What an endpoint may ask for. */
export const EVENT_TYPE_PATTERN = new RegExp(`^(\\*|(${EVENT_KINDS.join('|')})\\.(\\*|[a-z_]{1,40}))$`);

/** A row of the edit log, as events are made from it. */
export interface EventRow {
  id: string;
  at: Date;
  actor_kind: string;
  actor_name: string;
  request_id: string;
  action: string;
  object_type: string;
  object_id: string;
  object_name: string;
  reason: string | null;
  before_state: unknown;
  after_state: unknown;
}

export const EVENT_COLUMNS =
  'id, at, actor_kind, actor_name, request_id, action, object_type, object_id, object_name, reason, before_state, after_state';

/** "voucher.posted" */
export const eventTypeOf = ({ object_type, action }: Pick<EventRow, 'object_type' | 'action'>): string =>
  `${object_type}.${action}`;

/** The body, as Standard Webhooks has it. */
export const eventBody = (tenantId: string, row: EventRow) => ({
  type: eventTypeOf(row),
  timestamp: isoInstant(row.at),
  data: {
    tenant_id: tenantId,
    object: { type: row.object_type, id: row.object_id, name: row.object_name },
    before: readJson(row.before_state),
    after: readJson(row.after_state),
    reason: row.reason,
    actor: { kind: row.actor_kind, name: row.actor_name },
    request_id: row.request_id,
    edit_log_entry_id: row.id,
  },
});
