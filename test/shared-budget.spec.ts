import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConnection, type Connection } from 'mysql2/promise';
import { startRedis } from '../scripts/lib/redis.mjs';
import { type DatabaseServer, startDatabaseServer } from './support/database-server.js';
import { Caller } from './support/http.js';
import { type GivenTenant, givenPlatform, type Platform } from './support/platform.js';
import { until } from './support/process.js';

const MAX_CONNECTIONS = 40;
/** What is left after the reserve of ten. */
const BUDGET = 30;
const PROCESSES = 3;
const TENANTS = 12;
/** On each process, so that it asks for more than it can have. */
const CLIENTS_PER_TENANT = 3;
/** After a process was killed the others have its part within this. */
const FREED_MS = 8_000;

/** Three processes and a database server that takes 40 connections. */
describe('the budget of a database server', () => {
  let platform: Platform;
  let folder: string;
  let server: DatabaseServer;
  let redis: Awaited<ReturnType<typeof startRedis>>;
  let watcher: Connection;
  let tenants: GivenTenant[];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'finvera-budget-'));
    redis = await startRedis({ dir: join(folder, 'redis'), fast: true });
    [server, platform] = await Promise.all([
      startDatabaseServer({ dir: join(folder, 'db'), args: [`--max-connections=${MAX_CONNECTIONS}`] }),
      givenPlatform({
        apis: PROCESSES,
        worker: false,
        env: { RATE_LIMITS: 'off', REDIS_URL: redis.url, MAX_TENANT_CONNECTIONS: '100' },
      }),
    ]);
    await platform.addServer('small', server);
    tenants = await Promise.all(Array.from({ length: TENANTS }, () => platform.givenTenant()));
    watcher = await createConnection({
      host: server.host,
      port: server.port,
      user: server.user,
      password: server.password,
    });
  }, 120_000);

  afterAll(async () => {
    await watcher?.end();
    await platform?.stop();
    await server?.stop();
    await redis?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const budgetOf = async (index: number): Promise<number> => (await serverAt(index))?.budget ?? 0;

  const serverAt = async (index: number): Promise<{ budget: number } | undefined> => {
    const { body } = await new Caller(platform.ports[index]!, platform.admin.token).get('/api/admin/connections');
    const name = `${server.host}:${server.port}`;
    return body.data.servers.find((one: { server: string }) => one.server === name);
  };

  /** Load on the given processes while `work` goes on; how many connections there were at most, and what went wrong. */
  async function underLoad(
    processes: number[],
    work: () => Promise<void>,
  ): Promise<{ most: number; failed: string[] }> {
    let working = true;
    let most = 0;
    const failed: string[] = [];
    const client = async (caller: Caller) => {
      while (working) {
        const { status, text } = await caller.get('/api/reports/trial-balance').catch((error: Error) => ({ status: 0, text: error.message }));
        if (status !== 200) failed.push(`${status} ${text.slice(0, 200)}`);
      }
    }; // biome-ignore format: one call
    const watch = async () => {
      while (working) {
        const [rows] = await watcher.query(
          "SELECT COUNT(*) AS held FROM information_schema.processlist WHERE db LIKE 'finvera\\_%'",
        );
        most = Math.max(most, Number((rows as { held: number }[])[0]!.held));
      }
    };
    const callers = processes.flatMap((index) =>
      tenants.map(({ user }) => new Caller(platform.ports[index]!, user.token, user.host)),
    );
    const clients = callers.flatMap((caller) => Array.from({ length: CLIENTS_PER_TENANT }, () => client(caller)));
    const all = Promise.all([watch(), ...clients]);
    try {
      await work();
    } finally {
      working = false;
      await all;
    }
    return { most, failed };
  }

  const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

  it('is kept by all processes together, and goes where it is needed', async () => {
    const all = [0, 1, 2];
    const even = await underLoad(all, async () => {
      await until(async () => (await budgetOf(0)) >= BUDGET / PROCESSES - 3, 'the first has its part', 15_000);
      await sleep(2_000);
    });
    expect(even.failed).toEqual([]);
    expect(even.most).toBeLessThanOrEqual(BUDGET);
    expect(even.most).toBeGreaterThan(BUDGET / 2);

    const one = await underLoad([0], async () => {
      await until(
        async () => (await budgetOf(0)) >= 20,
        'the one that is asked gets what the others do not need',
        10_000,
      );
    });
    expect(one.failed).toEqual([]);
    expect(await serverAt(0)).toMatchObject({ shared_budget: BUDGET, sharing_processes: PROCESSES });
    expect(one.most).toBeLessThanOrEqual(BUDGET);
    expect((await Promise.all(all.map(budgetOf))).reduce((sum, budget) => sum + budget, 0)).toBeLessThanOrEqual(BUDGET);
  }, 90_000);

  it('of a process that was killed is free for the others soon', async () => {
    const { most } = await underLoad([0, 1], async () => {
      await platform.apis[2]!.kill();
      await until(
        async () => (await budgetOf(0)) + (await budgetOf(1)) >= BUDGET - 2,
        'the others have its part',
        FREED_MS,
      );
    });
    expect(most).toBeLessThanOrEqual(BUDGET);
    platform.startApi(2);
    await platform.untilReady(2);
  }, 60_000);

  it('is changed for all of them by an administrator', async () => {
    const { body } = await platform.admin.get('/api/admin/servers?search=small');
    const { id } = body.data.servers[0];
    const { failed } = await underLoad([0, 1, 2], async () => {
      await platform.admin.put(`/api/admin/servers/${id}`, { connection_budget: 12 });
      await until(
        async () => {
          const parts = await Promise.all([0, 1, 2].map(budgetOf));
          return parts.reduce((sum, part) => sum + part, 0) <= 12;
        },
        'they keep to it',
        15_000,
      );
    });
    expect(failed).toEqual([]);
    const { most } = await underLoad([0, 1, 2], () => sleep(1_500));
    expect(most).toBeLessThanOrEqual(12);
    await platform.admin.put(`/api/admin/servers/${id}`, { connection_budget: null });
  }, 60_000);

  it('is kept while Redis is away and when it comes back without its memory: nobody takes more than before', async () => {
    await underLoad([0, 1, 2], () => sleep(5_500));
    const before = await Promise.all([0, 1, 2].map(budgetOf));
    const { most, failed } = await underLoad([0, 1, 2], async () => {
      redis.kill();
      await sleep(4_000);
      const away = await Promise.all([0, 1, 2].map(budgetOf));
      for (const [index, part] of away.entries()) expect(part).toBeLessThanOrEqual(before[index]!);
      redis = await startRedis({ dir: join(folder, 'redis-again'), port: redis.port, fast: true });
      await sleep(4_000);
    });
    expect(failed).toEqual([]);
    expect(most).toBeLessThanOrEqual(BUDGET);
  }, 60_000);
});
