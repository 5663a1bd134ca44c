import { randomUUID } from 'node:crypto';
import { expectOk } from '../load/platform.mjs';
import { plainHeapBytes } from './cached-tenant-heap.mjs';

const GOAL_MB = 300;
const OF = 10_000;
const MODELS = 4;
const CLIENTS = 8;
const WARM_REQUESTS = 400;
const CLOSED_MS = 2_500;
const MB = 2 ** 20;

/**
 * Memory of a real API process that has served one request of each of 10,000 companies and keeps them all cached, above
 * the same process before. The companies are rows of their own in the master database that share a few databases: what
 * the process keeps for each does not depend on that.
 */
export async function tenThousandTenants(platform, { cached }) {
  const plain = ((await plainHeapBytes(platform)) * cached) / MB;
  const ids = await copiesOf(platform, (await platform.companies(MODELS)).map(({ id }) => id), cached);
  const api = await platform.startApi({ MAX_TENANT_CONNECTIONS: String(cached + MODELS), TENANT_POOL_IDLE_MS: '200' });
  try {
    const read = async (id) =>
      expectOk(await api.call({ path: `/api/ledgers?limit=20&tenant_id=${id}`, token: platform.token }), 'a read');
    for (let request = 0; request < WARM_REQUESTS; request += 1) await read(ids[request % MODELS]);
    const before = await settled(api);
    let next = 0;
    const client = async () => {
      while (next < cached) await read(ids[next++]);
    };
    await Promise.all(Array.from({ length: CLIENTS }, client));
    const after = await settled(api);
    const { activeConnections } = expectOk(await api.call({ path: '/api/admin/connections', token: platform.token }), 'stats');
    if (activeConnections < cached) throw new Error(`${activeConnections} companies are cached, not ${cached}`);
    const goal = (GOAL_MB * cached) / OF;
    const result = (name, ours) => ({ name: `${name} of ${cached} cached tenants above the empty process`, ours, reference: plain, ratio: ours / plain, goal: `<= ${goal} MB`, met: ours <= goal, runs: 1, unit: 'MB' });
    return [
      result('heap', (after.heapUsed - before.heapUsed) / MB),
      result('resident memory', (after.rss - before.rss) / MB),
    ];
  } finally {
    await api.stop();
    await forgetCopies(platform);
  }
} // biome-ignore format: a table

/** The companies as many times as are asked for, under other names and ids. */
async function copiesOf(platform, models, count) {
  const master = await platform.connect('finvera_master');
  // it holds for companies that have a database each
  await master.query('CREATE INDEX tenant_master_copies ON tenant_master (server_id); DROP INDEX tenant_master_database ON tenant_master');
  const [columns] = await master.query(
    "SELECT column_name AS name FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'tenant_master' AND COALESCE(generation_expression, '') = ''",
  );
  const copied = columns.map(({ name }) => name).filter((name) => name !== 'id' && name !== 'subdomain');
  const ids = Array.from({ length: count }, () => randomUUID());
  for (const [index, id] of ids.entries())
    await master.query('INSERT INTO tenant_master (id, subdomain, ??) SELECT ?, ?, ?? FROM tenant_master WHERE id = ?', [copied, id, `copy${index}`, copied, models[index % models.length]]);
  await master.end();
  return ids;
} // biome-ignore format: SQL in one line

/** They would count as companies of the server. */
async function forgetCopies(platform) {
  const master = await platform.connect('finvera_master');
  await master.query("DELETE FROM tenant_master WHERE subdomain LIKE 'copy%'");
  await master.end();
}

async function settled(api) {
  await new Promise((resolve) => setTimeout(resolve, CLOSED_MS));
  await api.gauge();
  return api.gauge();
}
