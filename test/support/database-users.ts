import { SecretBox } from '@finvera/common';
import type { Platform } from './platform.js';

export interface UserRecord {
  id: string;
  subdomain: string;
  db_name: string;
  db_user: string | null;
  db_password: string | null;
  next_db_user: string | null;
}

export const userRecords = (platform: Platform): Promise<UserRecord[]> =>
  platform.sql<UserRecord>(
    "SELECT id, subdomain, db_name, db_user, db_password, next_db_user FROM tenant_master WHERE status <> 'deleted' ORDER BY id",
  );

/** A tenant's database credentials in clear, as only a holder of ENCRYPTION_KEY can have them. */
export async function credentialsOf(platform: Platform, tenantId: string): Promise<{ user: string; password: string }> {
  const record = (await userRecords(platform)).find(({ id }) => id === tenantId);
  if (!record?.db_user || !record.db_password) throw new Error(`${tenantId} has no database user of its own`);
  const password = await new SecretBox(platform.env.ENCRYPTION_KEY!).decrypt(record.db_password);
  return { user: record.db_user, password };
}

const idOfUser = (name: string) => name.replace(/^fv_/, '').replace(/_2$/, '');

/** What does not belong together among records and database users of this platform; empty when all is well. */
export async function userFaults(platform: Platform): Promise<string[]> {
  const records = await platform.sql<UserRecord & { status: string }>('SELECT * FROM tenant_master');
  const all = await platform.sql<{ name: string }>("SELECT user AS name FROM mysql.user WHERE user LIKE 'fv\\_%'");
  const ids = new Set(records.map(({ id }) => id.replaceAll('-', '').slice(-20)));
  const users = all.map(({ name }) => name).filter((name) => ids.has(idOfUser(name))); // others' are not ours
  const faults: string[] = [];
  for (const { db_user, next_db_user, subdomain } of records) {
    if (db_user && !users.includes(db_user)) faults.push(`${subdomain} has no user ${db_user}`);
    if (next_db_user) faults.push(`${subdomain} still has the next user ${next_db_user}`);
  }
  for (const name of users)
    if (!records.some(({ db_user }) => db_user === name)) faults.push(`user ${name} without record`);
  const open = await platform.sql<{ kind: string; status: string; step: string }>(
    "SELECT kind, status, step FROM tenant_operations WHERE status IN ('queued','running','undoing','failed')",
  );
  for (const { kind, status, step } of open) faults.push(`${kind} is ${status} at ${step}`);
  return faults;
}
