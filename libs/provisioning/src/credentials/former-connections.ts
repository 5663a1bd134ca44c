import type { ServerSession } from '../servers/server-connections.js';

/** Below this an idle connection may just have been handed to somebody who is about to use it. */
const IDLE_SECONDS = 2;

/** How many connections are signed in as this user. */
export async function connectionsOf(session: ServerSession, user: string): Promise<number> {
  const [row] = await session.query<{ open: string }>(
    'SELECT COUNT(*) AS open FROM information_schema.processlist WHERE user = ?',
    [user],
  );
  return Number(row?.open ?? 0);
}

/** Ends the connections of a user that do nothing and hold no transaction. Statements that run go on. */
export async function endIdleConnectionsOf(session: ServerSession, user: string): Promise<void> {
  const idle = await session.query<{ id: string }>(
    `SELECT id FROM information_schema.processlist p
      WHERE user = ? AND command = 'Sleep' AND time >= ?
        AND NOT EXISTS (SELECT 1 FROM information_schema.innodb_trx t WHERE t.trx_mysql_thread_id = p.id)`,
    [user, IDLE_SECONDS],
  );
  await end(session, idle);
}

/** Ends every connection of a user, whatever it does. */
export async function endAllConnectionsOf(session: ServerSession, user: string): Promise<void> {
  await end(session, await session.query('SELECT id FROM information_schema.processlist WHERE user = ?', [user]));
}

async function end(session: ServerSession, connections: readonly { id: string }[]): Promise<void> {
  for (const { id } of connections) await session.query('KILL ?', [Number(id)]).catch(() => undefined); // it may have ended by itself
}
