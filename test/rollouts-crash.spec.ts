import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startMariadb } from '../scripts/lib/mariadb.mjs';
import { until } from './support/process.js';
import { type Fleet, givenFleet } from './support/rollouts/fleet.js';

const SIZE = 12;
const KILLS = 3;
/** After the first company is seen under way. */
const MOMENTS_MS = [0, 7, 15];

/** Rows, operations and companies' databases must agree; nothing may be under way. */
async function faults({ platform }: Fleet): Promise<unknown[]> {
  return [
    ...(await platform.sql(
      "SELECT id, kind, status FROM tenant_operations WHERE status IN ('queued', 'running', 'undoing')",
    )),
    ...(await platform.sql(
      "SELECT tenant_id, status FROM migration_rollout_tenants WHERE status IN ('pending', 'running')",
    )),
    ...(await platform.sql("SHOW DATABASES LIKE 'scratch\\_finvera\\_%'")),
  ];
}

const underWay = (fleet: Fleet, id: string) =>
  until(async () => {
    const rows = await fleet.platform.sql(
      "SELECT 1 FROM migration_rollout_tenants WHERE rollout_id = ? AND status = 'running' LIMIT 1",
      [id],
    );
    const { status } = await fleet.rollout(id);
    return rows.length > 0 || !['running', 'rolling_back'].includes(status);
  }, 'a company under way');

describe('a rollout goes on where it stopped', () => {
  const folder = mkdtempSync(join(tmpdir(), 'finvera-rollout-'));
  let mariadb: Awaited<ReturnType<typeof startMariadb>>;
  let fleet: Fleet;

  beforeAll(async () => {
    mariadb = await startMariadb({ dir: folder, fast: true });
    fleet = await givenFleet(SIZE, { database: mariadb, env: { ROLLOUT_CONCURRENCY_PER_SERVER: '2' } });
  }, 120_000);
  afterAll(async () => {
    await fleet?.platform.stop();
    await mariadb?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it.each(['forward', 'back'] as const)('%s, when its worker is killed again and again', async (way) => {
    const id =
      way === 'forward'
        ? await fleet.start({ stop_after_failures: 1 })
        : (await fleet.platform.admin.get('/api/admin/rollouts')).body.data.rollouts[0].id;
    if (way === 'back') await fleet.act(id, 'rollback');
    let leftInTheMiddle = 0;
    for (let kill = 0; kill < KILLS; kill += 1) {
      fleet.platform.startWorker();
      await underWay(fleet, id);
      await new Promise((resolve) => setTimeout(resolve, MOMENTS_MS[kill]));
      await fleet.platform.worker!.kill();
      leftInTheMiddle += (await fleet.platform.sql("SELECT id FROM tenant_operations WHERE status = 'running'")).length;
    }
    expect(leftInTheMiddle).toBeGreaterThan(0);
    fleet.platform.startWorker();
    const ended = await fleet.untilStatus(id, way === 'forward' ? 'succeeded' : 'rolled_back');
    expect(ended.counts).toMatchObject({ [way === 'forward' ? 'done' : 'rolled_back']: SIZE, failed: 0 });
    expect([...(await fleet.versions()).values()]).toEqual(Array(SIZE).fill(way === 'forward' ? 'new' : 'old'));
    expect(await faults(fleet)).toEqual([]);
    await fleet.platform.worker!.stop();
  });

  it('when its database server is killed under it', async () => {
    const id = await fleet.start({ stop_after_failures: 1 });
    fleet.platform.startWorker();
    await underWay(fleet, id);
    await mariadb.kill();
    mariadb = await startMariadb({ dir: folder, port: mariadb.port, fast: true });
    await fleet.platform.untilReady();
    expect((await fleet.untilStatus(id, 'succeeded')).counts).toMatchObject({ done: SIZE, failed: 0 });
    expect([...(await fleet.versions()).values()]).toEqual(Array(SIZE).fill('new'));
    expect(await faults(fleet)).toEqual([]);
    for (const tenant of fleet.tenants.slice(0, 3)) expect(await fleet.serves(tenant)).toBe(true);
  });
});
