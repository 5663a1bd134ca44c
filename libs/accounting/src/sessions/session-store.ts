import { newId, unauthenticated } from '@finvera/common';
import type { SqlSession } from '../schema/sql-session.js';
import { deviceName, storedUserAgent } from './device-name.js';

/** Sessions of one user; the one that was used least recently ends when another one begins. */
export const SESSIONS_PER_USER_MAX = 50;
/** Rows that one sign-in clears away at most. */
const CLEARED_MAX = 100;

export interface NewSession {
  userId: string;
  /** What was proved a moment ago: when it is another one by now, no session begins. */
  passwordHash: string;
  /** the header of whoever signs in */
  userAgent: string | undefined;
  address: string;
  lifetimeSeconds: number;
}

/**
 * Begins a session, as part of a transaction. It waits for whoever changes the password or deactivates the user, so that
 * no session outlives either.
 * @returns its id, for the token
 * @throws DomainError 401 `invalid_credentials` when the user was changed meanwhile
 */
export async function beginSession(tx: SqlSession, session: NewSession): Promise<string> {
  const { userId, passwordHash, address, lifetimeSeconds } = session;
  const { affectedRows } = await tx.query(
    'UPDATE users SET last_sign_in_at = CURRENT_TIMESTAMP(6) WHERE id = ? AND password_hash = ? AND is_active = 1',
    [userId, passwordHash],
  );
  if (affectedRows === 0)
    throw unauthenticated('The account was changed in the meantime; sign in again.', 'invalid_credentials');
  await tx.query('DELETE FROM sessions WHERE user_id = ? AND expires_at <= CURRENT_TIMESTAMP(6) LIMIT ?', [
    userId,
    CLEARED_MAX,
  ]);
  const beyond: { id: string }[] = await tx.query(
    'SELECT id FROM sessions WHERE user_id = ? ORDER BY last_used_at DESC, id DESC LIMIT ? OFFSET ?',
    [userId, CLEARED_MAX, SESSIONS_PER_USER_MAX - 1],
  );
  if (beyond.length > 0) await tx.query('DELETE FROM sessions WHERE id IN (?)', [beyond.map(({ id }) => id)]);
  const id = newId();
  const userAgent = storedUserAgent(session.userAgent);
  await tx.query(
    `INSERT INTO sessions (id, user_id, device, user_agent, address, expires_at)
       VALUES (?, ?, ?, ?, ?, CURRENT_TIMESTAMP(6) + INTERVAL ? SECOND)`,
    [id, userId, deviceName(userAgent), userAgent, address, lifetimeSeconds],
  );
  return id;
}

/**
 * Ends all sessions of a user, as part of a transaction.
 * @param keep the one that goes on
 * @returns how many ended
 */
export async function endSessions(tx: SqlSession, userId: string, keep?: string): Promise<number> {
  const { affectedRows } = await tx.query('DELETE FROM sessions WHERE user_id = ? AND id <> ?', [userId, keep ?? '0']);
  return affectedRows;
}
