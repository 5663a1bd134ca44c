import type { EntityManager } from 'typeorm';
import { RESTORE_TENANT } from '../restore/restore-tenant.operation.js';
import { TRIAL_PREFIX } from '../backups/verify-backup.js';

/** A name that a record explains. */
export interface Explained {
  name: string;
  tenantId: string | null;
  /** Whether something is wrong when it is not there. */
  required: boolean;
  /** for a user: the database that it may reach */
  database: string | null;
}

/** While an operation is at work on a company, what is there may be on its way in or out. */
const AT_WORK = 'EXISTS (SELECT 1 FROM tenant_operations o WHERE o.active_tenant_id = t.id)';

/**
 * What may be on a server, each a query with the server's id: a feature that makes databases or users adds its line
 * here, or the census reports them.
 */
const DATABASES = [
  `SELECT t.db_name AS name, t.id AS tenant_id, t.db_provisioned = 1 AND NOT ${AT_WORK} AS required FROM tenant_master t
    WHERE t.server_id = ? AND t.status <> 'deleted' AND (t.db_provisioned = 1 OR ${AT_WORK})`,
  'SELECT db_name AS name, tenant_id, 0 AS required FROM warm_databases WHERE server_id = ?',
  `SELECT CONCAT('${TRIAL_PREFIX}', REPLACE(b.id, '-', '')) AS name, b.tenant_id, 0 AS required FROM backups b
     JOIN tenant_operations o ON o.active_tenant_id = b.tenant_id JOIN tenant_master t ON t.id = b.tenant_id
    WHERE ? IN (b.server_id, t.server_id) AND b.status <> 'removed'`,
  // what a restore makes, and what it has replaced
  `SELECT JSON_UNQUOTE(JSON_EXTRACT(o.state, '$.db_name')) AS name, t.id AS tenant_id, 0 AS required
     FROM tenant_operations o JOIN tenant_master t ON t.id = o.active_tenant_id
    WHERE t.server_id = ? AND o.kind = '${RESTORE_TENANT}' AND JSON_EXTRACT(o.state, '$.db_name') IS NOT NULL`,
  'SELECT db_name AS name, tenant_id, 0 AS required FROM previous_databases WHERE server_id = ?',
];

const USERS = [
  `SELECT t.db_user AS name, t.id AS tenant_id, t.db_provisioned = 1 AND NOT ${AT_WORK} AS required, t.db_name AS db
     FROM tenant_master t WHERE t.server_id = ? AND t.status <> 'deleted' AND t.db_user IS NOT NULL`,
  `SELECT t.next_db_user AS name, t.id AS tenant_id, 0 AS required, t.db_name AS db
     FROM tenant_master t WHERE t.server_id = ? AND t.status <> 'deleted' AND t.next_db_user IS NOT NULL`,
  // a former user, until nobody is signed in with it any more
  `SELECT JSON_UNQUOTE(JSON_EXTRACT(o.state, '$.former_user')) AS name, t.id AS tenant_id, 0 AS required, t.db_name AS db
     FROM tenant_operations o JOIN tenant_master t ON t.id = o.active_tenant_id
    WHERE t.server_id = ? AND o.kind = 'rotate_password' AND o.step IN ('announce', 'drain', 'drop_user')`,
  // of a restore: the user that the new database has, and the one that the replaced database had
  `SELECT t.next_db_user AS name, t.id AS tenant_id, 0 AS required, JSON_UNQUOTE(JSON_EXTRACT(o.state, '$.db_name')) AS db
     FROM tenant_operations o JOIN tenant_master t ON t.id = o.active_tenant_id
    WHERE t.server_id = ? AND o.kind = '${RESTORE_TENANT}' AND t.next_db_user IS NOT NULL`,
  `SELECT JSON_UNQUOTE(JSON_EXTRACT(o.state, '$.former_user')) AS name, t.id AS tenant_id, 0 AS required,
       JSON_UNQUOTE(JSON_EXTRACT(o.state, '$.former_db')) AS db
     FROM tenant_operations o JOIN tenant_master t ON t.id = o.active_tenant_id
    WHERE t.server_id = ? AND o.kind = '${RESTORE_TENANT}' AND o.step IN ('announce', 'retire')
      AND JSON_UNQUOTE(JSON_EXTRACT(o.state, '$.former_user')) <> 'null'`,
];

export const explainedDatabases = (master: EntityManager, serverId: string) => explained(master, DATABASES, serverId);
export const explainedUsers = (master: EntityManager, serverId: string) => explained(master, USERS, serverId);

async function explained(master: EntityManager, queries: string[], serverId: string): Promise<Map<string, Explained>> {
  const names = new Map<string, Explained>();
  for (const sql of queries) {
    const rows: { name: string; tenant_id: string | null; required: number | string; db?: string }[] =
      await master.query(sql, [serverId]);
    for (const row of rows) {
      const required = Number(row.required) === 1;
      names.set(row.name, { name: row.name, tenantId: row.tenant_id, required, database: row.db ?? null });
    }
  }
  return names;
}
