import { notFound } from '@finvera/common';
import type { SqlSession } from '../schema/sql-session.js';
import type { InvitationDto, InvitationStatus } from './invitation.dto.js';

/** With no parameters: which invitations have which status. */
export const STATUS_SQL = `CASE WHEN i.accepted_at IS NOT NULL THEN 'accepted' WHEN i.revoked_at IS NOT NULL THEN 'revoked'
  WHEN i.expires_at <= CURRENT_TIMESTAMP(6) THEN 'expired' ELSE 'open' END`;

export const INVITATION_SELECT = `SELECT i.id, i.email, r.code AS role, ${STATUS_SQL} AS status, i.invited_by, i.mailed_at,
  i.expires_at, i.accepted_at, i.revoked_at, i.created_at FROM invitations i LEFT JOIN roles r ON r.id = i.role_id`;

export type InvitationRow = {
  id: string;
  email: string;
  role: string | null;
  status: InvitationStatus;
  invited_by: string;
} & Record<'mailed_at' | 'accepted_at' | 'revoked_at', Date | null> &
  Record<'expires_at' | 'created_at', Date>;

/** @throws DomainError 404 `invitation_not_found` */
export async function oneInvitation(session: SqlSession, id: string, lock = false): Promise<InvitationDto> {
  if (/^\d{1,20}$/.test(id)) {
    if (lock) await session.query('SELECT id FROM invitations WHERE id = ? FOR UPDATE', [id]);
    const [row]: InvitationRow[] = await session.query(`${INVITATION_SELECT} WHERE i.id = ?`, [id]);
    if (row) return toInvitationDto(row);
  }
  throw notFound('invitation', id, 'invitation_not_found');
}

export const toInvitationDto = (row: InvitationRow): InvitationDto => ({
  ...row,
  mailed_at: row.mailed_at?.toISOString() ?? null,
  expires_at: row.expires_at.toISOString(),
  accepted_at: row.accepted_at?.toISOString() ?? null,
  revoked_at: row.revoked_at?.toISOString() ?? null,
  created_at: row.created_at.toISOString(),
});
