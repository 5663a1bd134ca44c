import type { AuditEntryDto } from './audit-log.dto.js';
import { type AuditRow, instantOf, stateOf } from './read-audit-rows.js';

export const toAuditEntryDto = (row: AuditRow): AuditEntryDto => ({
  ...row,
  id: String(row.id),
  at: instantOf(row),
  before_state: stateOf(row.before_state),
  after_state: stateOf(row.after_state),
});
