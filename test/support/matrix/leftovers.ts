import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { until } from '../process.js';
import type { Lane } from './lane.js';

interface TenantRow {
  id: string;
  subdomain: string;
  status: string;
  db_name: string;
  db_user: string | null;
  next_db_user: string | null;
  db_provisioned: number;
}

const SETTLED = ['active', 'suspended', 'archived', 'deleting', 'deleted'];
/** Processes announce themselves anew within so long after Redis was emptied. */
const ANNOUNCED_WITHIN_MS = 15_000;
/** Of the queue: those of a killed worker are given to another one when BullMQ finds them stalled, within a minute. */
const WAKE_UP = /^queue:operations:(wait|active|delayed|paused|prioritized|stalled|\d+)/;
/** Keys of Redis that last, by what stands behind the installation's name: every other one ends by itself. */
const LASTING_KEYS = /^(queue:operations:(meta|id|events|marker|stalled-check)|processes|connections:[^:]+(:.*)?)$/;

/**
 * What is extra or missing among records, databases, users, grants, files and Redis keys, counted without the product's
 * help, and what the product's own census says. Empty when all is well.
 * @param options.emptied whether Redis was, so that processes must have announced themselves anew
 */
export async function leftovers(lane: Lane, { emptied = false } = {}): Promise<string[]> {
  const { platform } = lane;
  const tenants = await platform.sql<TenantRow>('SELECT * FROM tenant_master');
  const faults = [
    ...recordFaults(tenants),
    ...(await serverFaults(lane, tenants)),
    ...(await rowFaults(lane)),
    ...(await fileFaults(lane)),
    ...(await redisFaults(lane, tenants, emptied)),
  ];
  const { body } = await platform.admin.get('/api/admin/census');
  for (const { kind, name } of body.data.census.findings) faults.push(`census: ${kind} ${name}`);
  return faults;
}

function recordFaults(tenants: readonly TenantRow[]): string[] {
  return tenants.flatMap(({ subdomain, status, next_db_user, db_provisioned }) => [
    ...(SETTLED.includes(status) ? [] : [`record ${subdomain} is ${status}`]),
    ...(next_db_user ? [`record ${subdomain} still has the next user ${next_db_user}`] : []),
    ...(['active', 'suspended'].includes(status) && !db_provisioned ? [`record ${subdomain} has no database`] : []),
    ...(['archived', 'deleted'].includes(status) && db_provisioned ? [`record ${subdomain} still has a database`] : []),
  ]);
}

async function serverFaults({ platform }: Lane, tenants: readonly TenantRow[]): Promise<string[]> {
  const master = platform.env.MASTER_DB_NAME!;
  const databases = await platform.sql<{ name: string }>(
    "SELECT schema_name AS name FROM information_schema.schemata WHERE schema_name LIKE '%finvera%'",
  );
  const users = await platform.sql<{ name: string }>("SELECT user AS name FROM mysql.user WHERE user LIKE 'fv\\_%'");
  const locked = await platform.sql<{ name: string }>(
    "SELECT user AS name FROM mysql.global_priv WHERE user LIKE 'fv\\_%' AND JSON_VALUE(priv, '$.account_locked') = 1",
  );
  const grants = await platform.sql<{ name: string }>(
    "SELECT CONCAT(user, ' on ', REPLACE(db, '\\\\_', '_')) AS name FROM mysql.db WHERE user LIKE 'fv\\_%'",
  );
  const previous = await platform.sql<{ name: string }>('SELECT db_name AS name FROM previous_databases');
  const kept = tenants.filter(({ db_provisioned }) => Number(db_provisioned) === 1);
  const withUser = kept.filter(({ db_user }) => db_user !== null);
  return [
    ...difference('database', databases, [
      master,
      ...kept.map(({ db_name }) => db_name),
      ...previous.map(({ name }) => name),
    ]),
    ...difference(
      'user',
      users,
      withUser.map(({ db_user }) => db_user!),
    ),
    ...difference(
      'grant',
      grants,
      withUser.map(({ db_user, db_name }) => `${db_user} on ${db_name}`),
    ),
    ...locked.map(({ name }) => `user ${name} is locked`),
  ];
}

function difference(what: string, rows: readonly { name: string }[], wanted: readonly string[]): string[] {
  const found = rows.map(({ name }) => name);
  return [
    ...found.filter((name) => !wanted.includes(name)).map((name) => `${what} ${name} is extra`),
    ...wanted.filter((name) => !found.includes(name)).map((name) => `${what} ${name} is missing`),
  ];
}

async function rowFaults({ platform }: Lane): Promise<string[]> {
  const rows = await platform.sql<{ fault: string }>(
    `SELECT CONCAT('operation ', kind, ' is ', status) AS fault FROM tenant_operations
       WHERE status NOT IN ('succeeded', 'undone')
     UNION ALL SELECT CONCAT('backup ', id, ' is ', status) FROM backups WHERE status NOT IN ('verified', 'removed')
     UNION ALL SELECT CONCAT('backup ', b.id, ' of an operation that was undone') FROM backups b
       JOIN tenant_operations o ON o.id = b.operation_id WHERE o.status = 'undone'
     UNION ALL SELECT CONCAT('idempotency key ', idempotency_key, ' without an answer') FROM idempotency_keys
       WHERE answer IS NULL
     UNION ALL SELECT CONCAT('company ', tenant_id, ' of a rollout is ', status) FROM migration_rollout_tenants
       WHERE status IN ('pending', 'running')`,
  );
  return rows.map(({ fault }) => fault);
}

async function fileFaults({ platform }: Lane): Promise<string[]> {
  const folder = platform.env.ARCHIVE_DIR!;
  const files = existsSync(folder)
    ? readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
    : [];
  const backups = await platform.sql<{ id: string; tenant_id: string }>(
    "SELECT id, tenant_id FROM backups WHERE status <> 'removed'",
  );
  const known = new Map(backups.map(({ id, tenant_id }) => [id, join(folder, tenant_id)]));
  const found = new Map(files.map(({ name, parentPath }) => [name.split('.')[0]!, parentPath]));
  return [
    ...files
      .filter(({ name, parentPath }) => known.get(name.split('.')[0]!) !== parentPath)
      .map(({ name }) => `file ${name} is extra`),
    ...[...known.keys()].filter((id) => !found.has(id)).map((id) => `file of backup ${id} is missing`),
  ];
}

/** Keys that stay for ever or speak of who is gone, and processes that are not announced. */
async function redisFaults(
  { platform, redis: own }: Lane,
  tenants: readonly TenantRow[],
  emptied: boolean,
): Promise<string[]> {
  const redis = new Redis(own.url);
  const beginning = `${platform.env.MASTER_DB_NAME}:`;
  try {
    const looked = async () => {
      const faults: string[] = [];
      for (const key of await redis.keys('*')) {
        const name = key.slice(beginning.length);
        if (!key.startsWith(beginning)) faults.push(`redis key ${key} is nobody’s`);
        else if (WAKE_UP.test(name))
          continue; // looked at when all is over
        else if (!LASTING_KEYS.test(name) && (await redis.pttl(key)) === -1) faults.push(`redis key ${key} stays`);
        else if (gone(name, tenants)) faults.push(`redis key ${key} is of a company that is gone`);
      }
      const processes = (await redis.keys(`${beginning}process:*`)).length;
      if (emptied && processes < 2) faults.push(`redis knows ${processes} of two processes`);
      return faults;
    };
    return await until(
      async () => ((await looked()).length === 0 ? [] : undefined),
      'Redis is as it should be',
      ANNOUNCED_WITHIN_MS,
    ).catch(looked);
  } finally {
    await redis.quit();
  }
}

/** Wake-ups for operations that nobody has taken or finished. */
export async function wakeUps({ platform, redis: own }: Lane): Promise<string[]> {
  const redis = new Redis(own.url);
  try {
    const left: string[] = [];
    for (const list of ['wait', 'active', 'delayed', 'paused', 'prioritized']) {
      const key = `${platform.env.MASTER_DB_NAME}:queue:operations:${list}`;
      if (await redis.exists(key)) left.push(key);
    }
    return left;
  } finally {
    await redis.quit();
  }
}

const UUID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/;

/** Of slow statements; a counter of requests ends within its minute. */
function gone(name: string, tenants: readonly TenantRow[]): boolean {
  const id = name.startsWith('slow-queries:') ? UUID.exec(name)?.[0] : undefined;
  return id !== undefined && !tenants.some((tenant) => tenant.id === id);
}
