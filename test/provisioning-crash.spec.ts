import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startMariadb } from '../scripts/lib/mariadb.mjs';
import { call } from './support/http.js';
import { givenPlatform, type Platform } from './support/platform.js';
import { until } from './support/process.js';

/**
 * SIGKILL at every moment of a creation: afterwards there is a ready tenant or nothing at all, and the subdomain can be
 * taken. The moments are spread over a creation's time; the step that was hit is read from the operation's row.
 */
const MOMENTS_MS = [2, 8, 15, 25, 40, 60, 80, 100, 115, 130, 145, 160];
const hits: string[] = [];

afterAll(() => {
  const counts = new Map<string, number>();
  for (const hit of hits) counts.set(hit, (counts.get(hit) ?? 0) + 1);
  process.stdout.write(
    `\nkilled during (victim, step of the operation) → times\n${[...counts]
      .sort()
      .map(([hit, times]) => `  ${hit.padEnd(40)} ${times}`)
      .join('\n')}\n\n`,
  );
});

const body = (subdomain: string) => ({
  company_name: 'Crash',
  subdomain,
  email: 'admin@crash.example',
  phone: '1234567890',
  subscription_plan: 'standard',
  admin_password: 'a company password',
});

/** Databases, users and records that belong together, or the sentence that says what does not. */
async function census(platform: Platform): Promise<string[]> {
  const faults: string[] = [];
  const tenants = await platform.sql<{
    id: string;
    db_name: string;
    db_user: string | null;
    status: string;
    db_provisioned: number;
  }>('SELECT * FROM tenant_master');
  const databases = (await platform.sql<Record<string, string>>("SHOW DATABASES LIKE 'finvera\\_crash%'")).map(
    (row) => Object.values(row)[0]!,
  );
  const users = await platform.sql<{ name: string }>("SELECT user AS name FROM mysql.user WHERE user LIKE 'fv\\_%'");
  for (const { db_name, status, db_provisioned } of tenants) {
    if (status !== 'active' || !db_provisioned) faults.push(`record ${db_name} is ${status}`);
    if (!databases.includes(db_name)) faults.push(`record without database ${db_name}`);
  }
  for (const database of databases)
    if (!tenants.some(({ db_name }) => db_name === database)) faults.push(`database without record: ${database}`);
  for (const { name } of users)
    if (!tenants.some(({ db_user }) => db_user === name)) faults.push(`user without record: ${name}`);
  const open = await platform.sql<{ id: string; status: string }>(
    "SELECT id, status FROM tenant_operations WHERE status IN ('queued','running','undoing')",
  );
  for (const { id, status } of open) faults.push(`operation ${id} is ${status}`);
  return faults;
}

async function stepOf(platform: Platform): Promise<string> {
  const [last] = await platform.sql<{ status: string; step: string | null }>(
    'SELECT status, step FROM tenant_operations ORDER BY created_at DESC LIMIT 1',
  );
  return last ? `${last.status} ${last.step ?? 'not begun'}` : 'no record yet';
}

async function provesToBeWhole(platform: Platform, subdomain: string): Promise<void> {
  const faults = await until(
    async () => {
      const found = await census(platform).catch((error: Error) => [error.message]);
      return found.length === 0 ? ['none'] : undefined;
    },
    'nothing is left half-made',
    20_000,
  ).catch(async () => census(platform));
  expect(faults).toEqual(['none']);
  const again = await platform.admin.post('/api/admin/tenants', body(subdomain));
  expect([201, 409, again.text + platform.apis[0]!.output.slice(-3000)]).toContain(again.status);
  const login = await call(platform.port, '/api/auth/login', {
    method: 'POST',
    host: `${subdomain}.localhost`,
    json: { email: 'admin@crash.example', password: 'a company password' },
  });
  expect(login.status).toBe(200);
}

describe('a creation during which something is killed', () => {
  it.each(MOMENTS_MS.map((moment) => [moment]))(
    'the API after %i ms',
    async (moment) => {
      const platform = await crashPlatform();
      const subdomain = `crash${moment}api`;
      const creation = platform.admin.post('/api/admin/tenants', body(subdomain)).catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, moment));
      await platform.apis[0]!.kill();
      hits.push(`API, ${await stepOf(platform)}`);
      await creation;
      platform.startApi();
      await platform.untilReady();
      // at once, before the worker has looked: what was left behind is cleared on the way
      await provesToBeWhole(platform, subdomain);
    },
    60_000,
  );

  it.each([5, 20, 40, 70, 100, 140].map((moment) => [moment]))(
    'the worker after %i ms, with the creation queued',
    async (moment) => {
      const platform = await crashPlatform();
      const subdomain = `crash${moment}worker`;
      const { status } = await platform.admin.post('/api/admin/tenants', body(subdomain), {
        headers: { prefer: 'respond-async' },
      });
      expect(status).toBe(202);
      await new Promise((resolve) => setTimeout(resolve, moment));
      await platform.worker!.kill();
      hits.push(`worker, ${await stepOf(platform)}`);
      platform.startWorker();
      await provesToBeWhole(platform, subdomain);
      const [tenant] = await platform.sql<{ status: string }>('SELECT status FROM tenant_master WHERE subdomain = ?', [
        subdomain,
      ]);
      expect(tenant?.status).toBe('active'); // somebody will look at a queued creation later: it is resumed, not undone
    },
    60_000,
  );

  it.each([5, 30, 60, 90, 120, 150].map((moment) => [moment]))(
    'MariaDB after %i ms',
    async (moment) => {
      const platform = await crashPlatform();
      const subdomain = `crash${moment}db`;
      const creation = platform.admin.post('/api/admin/tenants', body(subdomain)).catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, moment));
      mariadb.kill();
      const answer = await creation;
      if (answer) expect([201, 503]).toContain(answer.status);
      mariadb = await startMariadb({ dir: folder, port: mariadb.port, fast: false });
      hits.push(`MariaDB, ${await stepOf(platform)}`);
      await platform.untilReady();
      await provesToBeWhole(platform, subdomain);
    },
    60_000,
  );

  let folder: string;
  let mariadb: Awaited<ReturnType<typeof startMariadb>>;
  let shared: Platform | undefined;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'finvera-crash-'));
    mariadb = await startMariadb({ dir: folder, fast: false });
  }, 60_000);

  afterAll(async () => {
    await shared?.stop();
    await mariadb.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function crashPlatform(): Promise<Platform> {
    shared ??= await givenPlatform({ database: mariadb, env: { USE_SEPARATE_DB_USERS: 'true' } });
    return shared;
  }
});
