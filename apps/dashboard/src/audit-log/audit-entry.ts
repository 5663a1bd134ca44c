export const AUDIT_ACTIONS = [
  'tenant.created',
  'tenant.updated',
  'tenant.suspended',
  'tenant.reactivated',
  'tenant.deleting',
  'tenant.undeleted',
  'tenant.erased',
  'tenant.archived',
  'tenant.unarchived',
  'backup.removed',
];

export interface AuditEntry {
  id: string;
  at: string;
  actor_name: string;
  actor_kind: string;
  request_id: string;
  ip: string | null;
  action: string;
  tenant_id: string | null;
  object_type: string;
  object_id: string;
  before_state: unknown;
  after_state: unknown;
  hash: string;
}
