import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseServer } from './support/database-server.js';
import { givenPlatform } from './support/platform.js';
import { until } from './support/process.js';
import { startPrimary, startReplica, startReplication, stopReplication } from './support/replication.js';

const POSTS = 200;
const FEW_POSTS = 30;

/** A database server with a replica, both real: whoever posts reads what they posted, wherever it is read. */
describe('reports read from a replica', () => {
  let folder: string;
  let primary: DatabaseServer;
  let replica: DatabaseServer;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'finvera-replica-'));
    primary = await startPrimary(join(folder, 'primary'));
    replica = await startReplica(join(folder, 'replica'), primary);
  }, 120_000);

  afterAll(async () => {
    await replica?.stop();
    await primary?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** A platform with a company on the replicated server. */
  async function givenBooks(separateUsers: 'true' | 'false') {
    const platform = await givenPlatform({
      worker: false,
      env: { RATE_LIMITS: 'off', USE_SEPARATE_DB_USERS: separateUsers },
    });
    const serverId = await platform.addServer('replicated', primary);
    const { host, port } = replica;
    const { status, text } = await platform.admin.put(`/api/admin/servers/${serverId}`, { replica: { host, port } });
    if (status !== 200) throw new Error(text);
    const acme = await platform.givenTenant();
    let posted = 0;

    async function post(): Promise<void> {
      const { status, text } = await acme.user.post('/api/vouchers', {
        voucher_type: 'Journal',
        date: '2026-11-24',
        entries: [
          { ledger: 'Cash', debit: '1.00' },
          { ledger: 'Profit & Loss A/c', credit: '1.00' },
        ],
      });
      if (status !== 201) throw new Error(text);
      posted += 1;
    }

    const cash = async (): Promise<string> => {
      const { body } = await acme.user.get('/api/reports/trial-balance?as_of=2026-11-30');
      return body.data.trial_balance.totals.closing_debit;
    };

    const expectFresh = async () => expect(await cash()).toBe(`${posted}.00`);

    const reads = async (): Promise<{ reads: number; lagging: number; unavailable: number; used: boolean }> => {
      const { body } = await platform.admin.get('/api/admin/connections');
      const name = `${replica.host}:${replica.port}`;
      return body.data.servers.find(({ server }: { server: string }) => server === name)?.replica;
    };

    /** How each counter rose meanwhile. */
    async function during(work: () => Promise<void>) {
      const before = await reads();
      await work();
      const after = await reads();
      return {
        reads: after.reads - (before?.reads ?? 0),
        lagging: after.lagging - (before?.lagging ?? 0),
        unavailable: after.unavailable - (before?.unavailable ?? 0),
      };
    }

    return { platform, serverId, acme, post, expectFresh, during, stop: () => platform.stop() };
  }

  describe('of companies that share the server’s user', () => {
    let books: Awaited<ReturnType<typeof givenBooks>>;

    beforeAll(async () => {
      books = await givenBooks('false');
    }, 60_000);

    afterAll(() => books?.stop());

    it(`${POSTS} times posted and read at once: never stale, and nearly always from the replica`, async () => {
      const counted = await books.during(async () => {
        for (let time = 0; time < POSTS; time += 1) {
          await books.post();
          await books.expectFresh();
        }
      });
      expect(counted.reads + counted.lagging + counted.unavailable).toBeGreaterThan(0);
      expect(counted.reads).toBeGreaterThan(POSTS / 2);
    }, 120_000);

    it('every report is the same from there as from the primary', async () => {
      const { body } = await books.acme.user.get('/api/ledgers?search=Cash');
      const ledger = body.data.ledgers[0].id;
      await books.acme.user.post('/api/ledgers', { name: 'Customer', group: 'Sundry Debtors' });
      const paths = [
        '/api/reports/trial-balance?as_of=2026-11-30',
        '/api/reports/profit-and-loss?from=2026-04-01&to=2026-11-30',
        '/api/reports/balance-sheet?as_of=2026-11-30',
        '/api/reports/day-book?from=2026-11-01&to=2026-11-30&limit=5',
        '/api/reports/outstandings?as_of=2026-11-30&side=receivable',
        `/api/ledgers/${ledger}/statement?from=2026-11-01&to=2026-11-30&limit=5`,
      ];
      const readAll = async () => {
        const answers = await Promise.all(paths.map((path) => books.acme.user.get(path)));
        return answers.map(({ status, body: answer }) => ({ status, data: answer.data }));
      };
      await until(async () => (await books.during(books.expectFresh)).reads === 1, 'it is read from');
      let fromReplica: unknown;
      const there = await books.during(async () => {
        fromReplica = await readAll();
      });
      expect(there).toEqual({ reads: paths.length, lagging: 0, unavailable: 0 });
      await books.platform.admin.put(`/api/admin/servers/${books.serverId}`, { replica: null });
      await until(
        async () => (await books.during(async () => void (await readAll()))).reads === 0,
        'it is not read from any more',
      );
      expect(await readAll()).toEqual(fromReplica);
      const { host, port } = replica;
      await books.platform.admin.put(`/api/admin/servers/${books.serverId}`, { replica: { host, port } });
      await until(async () => (await books.during(books.expectFresh)).reads === 1, 'it is read from again');
    }, 60_000);

    it('with the replication stopped answers are right all the same, and soon nobody waits for it', async () => {
      await until(async () => (await books.during(books.expectFresh)).reads === 1, 'it is read from');
      await stopReplication(replica);
      const counted = await books.during(async () => {
        for (let time = 0; time < 30; time += 1) {
          await books.post();
          await books.expectFresh();
        }
      });
      expect(counted.reads).toBe(0);
      expect(counted.lagging).toBeGreaterThanOrEqual(3);
      expect(counted.lagging).toBeLessThan(20);
      await startReplication(replica);
      await until(async () => (await books.during(books.expectFresh)).reads === 1, 'it is read from again', 30_000);
    }, 60_000);

    it('killed: answers are right, from the primary; back: it is read from again', async () => {
      process.kill(replica.pid, 'SIGKILL');
      const counted = await books.during(async () => {
        for (let time = 0; time < 20; time += 1) {
          await books.post();
          await books.expectFresh();
        }
      });
      expect(counted.reads).toBe(0);
      expect(counted.unavailable).toBeGreaterThanOrEqual(1);
      const { port } = replica;
      await replica.stop();
      replica = await startReplica(join(folder, 'replica'), primary, port);
      await until(async () => (await books.during(books.expectFresh)).reads === 1, 'it is read from again', 60_000);
    }, 120_000);
  });

  describe('of companies with a database user each', () => {
    let books: Awaited<ReturnType<typeof givenBooks>>;

    beforeAll(async () => {
      books = await givenBooks('true');
    }, 60_000);

    afterAll(() => books?.stop());

    it(`${FEW_POSTS} times posted and read at once: never stale, and nearly always from the replica`, async () => {
      const counted = await books.during(async () => {
        for (let time = 0; time < FEW_POSTS; time += 1) {
          await books.post();
          await books.expectFresh();
        }
      });
      expect(counted.reads + counted.lagging + counted.unavailable).toBeGreaterThan(0);
      expect(counted.reads).toBeGreaterThan(FEW_POSTS / 2);
    }, 120_000);
  });
});
