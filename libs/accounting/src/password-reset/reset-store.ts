import type { SqlSession } from '../schema/sql-session.js';

/** The link that was mailed last is the one that is good. */
export async function keepReset(
  session: SqlSession,
  { userId, hash, seconds }: { userId: string; hash: string; seconds: number },
): Promise<void> {
  await session.query(
    `INSERT INTO password_resets (user_id, token_hash, expires_at) VALUES (?, ?, CURRENT_TIMESTAMP(6) + INTERVAL ? SECOND)
      ON DUPLICATE KEY UPDATE token_hash = ?, expires_at = CURRENT_TIMESTAMP(6) + INTERVAL ? SECOND`,
    [userId, hash, seconds, hash, seconds],
  );
}

/** A link that is under way is not good any more, as part of a transaction. */
export async function forgetReset(tx: SqlSession, userId: string): Promise<void> {
  await tx.query('DELETE FROM password_resets WHERE user_id = ?', [userId]);
}
