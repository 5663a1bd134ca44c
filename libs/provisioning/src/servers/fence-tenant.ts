import { TENANCY_LIMIT_DEFAULTS } from '@finvera/tenancy';
import type { Tenant } from '@finvera/master-data';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ServerSession } from './server-connections.js';
import { killConnections, lockDatabaseUser } from './tenant-database.js';

/** How long requests under way may finish. */
const OPEN_REQUESTS_MAX_MS = 10_000;
const LOOK_EVERY_MS = 50;

/**
 * Makes sure that nobody reaches a company's database any more, after its record says that it is closed: requests under
 * way finish (10 s), nothing new begins. A user of its own is locked; where companies share the server's user, it waits
 * until every process has read the record anew.
 * @param options.closedBefore the record has said so since an earlier operation
 */
export async function fenceTenant(
  session: ServerSession,
  { dbName, dbUser }: Tenant,
  { signal, closedBefore = false }: { signal: AbortSignal; closedBefore?: boolean },
): Promise<void> {
  if (dbUser) await lockDatabaseUser(session, dbUser);
  else if (!closedBefore) await sleep(TENANCY_LIMIT_DEFAULTS.recordTtlMs, undefined, { signal });
  for (const deadline = performance.now() + OPEN_REQUESTS_MAX_MS; performance.now() < deadline; ) {
    const [open] = await session.query<{ n: string }>(
      'SELECT COUNT(*) AS n FROM information_schema.processlist WHERE db = ? AND id <> CONNECTION_ID()',
      [dbName],
    );
    if (Number(open!.n) === 0) return;
    await sleep(LOOK_EVERY_MS, undefined, { signal });
  }
  await killConnections(session, dbName);
}
