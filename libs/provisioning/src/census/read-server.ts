import type { ServerSession } from '../servers/server-connections.js';

/** What stands on a database server under names of ours. */
export interface ServerInventory {
  databases: string[];
  users: string[];
  grants: { user: string; database: string }[];
}

/** Three queries, whatever the number of companies. */
export async function readServer(session: ServerSession): Promise<ServerInventory> {
  const databases = await session.query<{ name: string }>(
    `SELECT schema_name AS name FROM information_schema.schemata
      WHERE schema_name LIKE 'finvera\\_%' OR schema_name LIKE 'warm\\_finvera\\_%' OR schema_name LIKE 'scratch\\_finvera\\_%'`,
  );
  const users = await session.query<{ name: string }>("SELECT user AS name FROM mysql.user WHERE user LIKE 'fv\\_%'");
  const grants = await session.query<{ account: string; db_name: string }>(
    "SELECT user AS account, db AS db_name FROM mysql.db WHERE user LIKE 'fv\\_%' OR db LIKE 'finvera%'",
  );
  return {
    databases: databases.map(({ name }) => name),
    users: [...new Set(users.map(({ name }) => name))],
    // in a GRANT `_` is a wildcard unless it is escaped, and so it stands in the table
    grants: grants.map(({ account, db_name }) => ({ user: account, database: db_name.replaceAll('\\_', '_') })),
  };
}
