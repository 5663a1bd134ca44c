import { fileURLToPath } from 'node:url';
import type { Answer } from '../http.js';
import { type GivenTenant, givenPlatform, type Platform, type PlatformOptions } from '../platform.js';
import { until } from '../process.js';

const NEWER_RELEASE = fileURLToPath(new URL('./newer-release.mjs', import.meta.url));
export const NEWER = '1900000000001';
const CREATED_AT_ONCE = 4;
const ROLLOUT_MAX_MS = 50_000;
const POISON = "UPDATE ledgers SET credit_days = 30 WHERE name IN ('Cash', 'Profit & Loss A/c')";
const CURE = 'UPDATE ledgers SET credit_days = NULL';

/** A platform with companies of the release before, whose processes then are of the newer one. */
export async function givenFleet(size: number, options: PlatformOptions = {}): Promise<Fleet> {
  const platform = await givenPlatform({
    ...options,
    worker: false,
    env: { RECONCILE_EVERY_MS: '200', ...options.env },
  });
  for (let made = 0; made < size; made += CREATED_AT_ONCE)
    await Promise.all(Array.from({ length: Math.min(CREATED_AT_ONCE, size - made) }, () => platform.givenTenant()));
  platform.env.NODE_OPTIONS = `--import=${NEWER_RELEASE}`;
  await platform.restartApi();
  return new Fleet(platform);
}

export class Fleet {
  constructor(readonly platform: Platform) {}

  get tenants(): GivenTenant[] {
    return this.platform.tenants;
  }

  poison = (tenant: GivenTenant) => this.platform.sql(POISON, [], tenant.dbName);
  cure = (tenant: GivenTenant) => this.platform.sql(CURE, [], tenant.dbName);

  async start(body: object = {}): Promise<string> {
    const answer = await this.platform.admin.post('/api/admin/rollouts', body);
    if (answer.status !== 202) throw new Error(`starting a rollout: ${answer.status} ${answer.text}`);
    return answer.body.data.rollout.id;
  }

  async rollout(id: string): Promise<Answer['body']> {
    return (await this.platform.admin.get(`/api/admin/rollouts/${id}`)).body.data.rollout;
  }

  act = (id: string, action: string, body: object = {}) =>
    this.platform.admin.post(`/api/admin/rollouts/${id}/${action}`, body);

  untilStatus(id: string, ...statuses: string[]): Promise<Answer['body']> {
    return until(
      async () => {
        const rollout = await this.rollout(id);
        return statuses.includes(rollout.status) && rollout;
      },
      `rollout ${statuses.join(' or ')}`,
      ROLLOUT_MAX_MS,
    );
  }

  /** Which companies have the newer schema, looked up in their databases and in the master, which must agree. */
  async versions(): Promise<Map<string, 'old' | 'new'>> {
    const versions = new Map<string, 'old' | 'new'>();
    const rows = await this.platform.sql<{ id: string; schema_version: string }>(
      'SELECT id, schema_version FROM tenant_master',
    );
    const recorded = new Map(rows.map(({ id, schema_version }) => [id, schema_version]));
    for (const tenant of this.tenants) {
      const columns = await this.platform.sql("SHOW COLUMNS FROM ledgers LIKE 'region'", [], tenant.dbName);
      const keys = await this.platform.sql(
        "SHOW INDEX FROM ledgers WHERE key_name = 'ledgers_credit_days'",
        [],
        tenant.dbName,
      );
      const notes = await this.platform.sql<{ notes: string }>(
        "SELECT notes FROM ledgers WHERE name = 'Cash'",
        [],
        tenant.dbName,
      );
      const names = await this.platform.sql<{ name: string }>(
        'SELECT name FROM migrations ORDER BY id',
        [],
        tenant.dbName,
      );
      const facts = [
        columns.length,
        keys.length,
        notes[0]?.notes,
        names.at(-1)?.name,
        recorded.get(tenant.id) === NEWER,
      ];
      if (JSON.stringify(facts) === JSON.stringify([1, 1, ' migrated', `AddLedgerRegion${NEWER}`, true]))
        versions.set(tenant.id, 'new');
      else if (
        columns.length + keys.length === 0 &&
        notes[0]?.notes === '' &&
        facts[3] !== `AddLedgerRegion${NEWER}` &&
        !facts[4]
      )
        versions.set(tenant.id, 'old');
      else throw new Error(`${tenant.subdomain} is neither old nor new: ${JSON.stringify(facts)}`);
    }
    return versions;
  }

  /** Whether the company serves; it also writes. */
  async serves(tenant: GivenTenant): Promise<boolean> {
    const name = `Ledger ${Math.random().toString(36).slice(2)}`;
    const { status } = await tenant.user.post('/api/ledgers', { name, group: 'Sales Accounts' });
    return status === 201;
  }
}
