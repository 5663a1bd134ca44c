import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DatabaseServer, startDatabaseServer } from './support/database-server.js';
import { FreezingProxy } from './support/freezing-proxy.js';
import { type GivenTenant, givenPlatform, type Platform } from './support/platform.js';
import { until } from './support/process.js';

const TENANTS = 6;
/** A silent server is suspected after two seconds and asked for three. */
const NOTICED_MS = 15_000;
/** Far below the time that a connection to a silent server is waited for. */
const AT_ONCE_MS = 1_500;
const HEALED_MS = 20_000;

/** A database server that dies in each way there is, while another one serves on. */
describe('a dead database server', () => {
  let platform: Platform;
  let folder: string;
  let second: DatabaseServer;
  let proxy: FreezingProxy;
  let there: GivenTenant[];
  let neighbour: GivenTenant;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'finvera-dead-hosts-'));
    const [started, given] = await Promise.all([
      startDatabaseServer({ dir: folder }),
      givenPlatform({ worker: false, env: { RATE_LIMITS: 'off' } }),
    ]);
    [second, platform] = [started, given];
    proxy = await FreezingProxy.start(second.port);
    neighbour = await platform.givenTenant();
    await platform.addServer('second', { ...second, port: proxy.port });
    there = await Promise.all(Array.from({ length: TENANTS }, () => platform.givenTenant()));
  }, 120_000);

  afterAll(async () => {
    proxy?.stop();
    await second?.kill(); // it may have been left stopped
    rmSync(folder, { recursive: true, force: true });
  });

  const ask = async ({ user }: GivenTenant) => {
    const started = performance.now();
    const { status, body, headers } = await user.get('/api/ledgers');
    return { status, code: body?.code, retryAfter: headers['retry-after'], tookMs: performance.now() - started };
  };

  const askAll = () => Promise.all(there.flatMap((tenant) => [ask(tenant), ask(tenant)]));

  /** What the neighbour gets while `work` goes on: all answered, none after a wait for the dead server. */
  async function whileNeighbourIsServed(work: () => Promise<void>): Promise<void> {
    let working = true;
    const answers: { status: number; tookMs: number }[] = [];
    const client = async () => {
      while (working) answers.push(await ask(neighbour));
    };
    const clients = [client(), client()];
    try {
      await work();
    } finally {
      working = false;
      await Promise.all(clients);
    }
    expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
    expect(answers.length).toBeGreaterThan(50);
    expect(answers.filter(({ tookMs }) => tookMs > AT_ONCE_MS)).toEqual([]);
  }

  const circuit = async () => {
    const { body } = await platform.admin.get('/api/admin/connections');
    const server = `${second.host}:${proxy.port}`;
    return body.data.servers.find((one: { server: string }) => one.server === server)?.circuit;
  };

  it.each([
    ['frozen: nothing passes, no socket closes', () => proxy.freeze(), () => proxy.thaw()],
    [
      'stopped: it takes connections and says nothing',
      () => halt(second.pid),
      () => process.kill(second.pid, 'SIGCONT'),
    ],
    [
      'killed',
      () => process.kill(second.pid, 'SIGKILL'),
      async () => {
        second = await startDatabaseServer({ dir: folder, port: second.port });
      },
    ],
  ])(
    '%s: its companies are answered 503, soon at once; nobody else notices; it heals by itself',
    async (_, die, revive) => {
      expect((await askAll()).map(({ status }) => status)).toEqual(there.flatMap(() => [200, 200]));
      await whileNeighbourIsServed(async () => {
        await die();
        for (const { status, code, tookMs } of await askAll()) {
          expect({ status, code }).toEqual({ status: 503, code: 'tenant_database_unavailable' });
          expect(tookMs).toBeLessThan(NOTICED_MS);
        }
        const isOpen = async () => {
          await ask(there[0]!); // connections that were open tell of nothing but themselves
          return (await circuit()) === 'open';
        };
        await until(isOpen, 'the circuit is open', NOTICED_MS);
        for (const { status, code, retryAfter, tookMs } of await askAll()) {
          expect({ status, code }).toEqual({ status: 503, code: 'tenant_database_unavailable' });
          expect(Number(retryAfter)).toBeGreaterThanOrEqual(1);
          expect(tookMs).toBeLessThan(AT_ONCE_MS);
        }
        await revive();
        await until(async () => (await ask(there[0]!)).status === 200, 'healed', HEALED_MS);
      });
      expect((await askAll()).map(({ status }) => status)).toEqual(there.flatMap(() => [200, 200]));
    },
    90_000,
  );
});

/** Comes back when all of its threads stand still. */
async function halt(pid: number): Promise<void> {
  process.kill(pid, 'SIGSTOP');
  const threads = `/proc/${pid}/task`;
  const standsStill = (thread: string) => /\) [tT] /.test(readFileSync(`${threads}/${thread}/stat`, 'utf8'));
  await until(async () => readdirSync(threads).every(standsStill), 'stopped', 5_000);
}
