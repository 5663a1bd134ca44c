import fc from 'fast-check';
import { setTimeout as sleep } from 'node:timers/promises';
import { ACTIONS, PLANS } from './support/interleavings/model.js';
import { type Move, Player } from './support/interleavings/player.js';
import { call } from './support/http.js';
import { Lane } from './support/matrix/lane.js';
import { leftovers, wakeUps } from './support/matrix/leftovers.js';
import { schemaOf } from './support/matrix/older-schema.js';
import { until } from './support/process.js';

/**
 * Random operations on random companies, two at a time now and then, while the worker is killed: every answer is one that
 * a model explains, and in the end platform and model agree. `npm run interleavings` plays 200 moves over 20 companies (or
 * what its arguments say), `npm test` a few.
 */
const MOVES = Number(process.env.INTERLEAVINGS_MOVES ?? 30);
const COMPANIES = Number(process.env.INTERLEAVINGS_COMPANIES ?? 4);
const SEED = Number(process.env.INTERLEAVINGS_SEED ?? Date.now() % 2 ** 31);
/** The worker is killed, and a company migrated, each after so many moves. */
const KILL_EVERY = 25;
const MIGRATE_EVERY = 15;
const PAUSE_MAX_MS = 60;

const moves: fc.Arbitrary<Move[]> = fc.array(
  fc.record({
    company: fc.nat({ max: COMPANIES - 1 }),
    action: fc.constantFrom(...ACTIONS),
    collides: fc.option(fc.constantFrom(...ACTIONS.filter((action) => !action.startsWith('create'))), { freq: 4 }),
    plan: fc.constantFrom(...PLANS),
    pauseMs: fc.nat({ max: PAUSE_MAX_MS }),
  }),
  { minLength: MOVES, maxLength: MOVES },
);

describe('any order of operations', () => {
  let lane: Lane;

  beforeAll(async () => {
    lane = await Lane.start();
  }, 120_000);
  afterAll(() => lane.stop(), 60_000);

  it(`leaves what a model says (seed ${SEED}, ${MOVES} moves over ${COMPANIES} companies)`, async () => {
    await fc.assert(
      fc.asyncProperty(moves, async (list) => {
        const player = new Player(lane, COMPANIES);
        // most refuse while there is no company
        for (let company = 0; company < COMPANIES; company += 1)
          await player.play({ company, action: 'create', collides: null, plan: 'standard', pauseMs: 0 });
        for (const [index, move] of list.entries()) {
          await player.play(move);
          if (index % MIGRATE_EVERY === MIGRATE_EVERY - 1) await player.migrate(move.company + 1);
          if (index % KILL_EVERY === KILL_EVERY - 1) {
            await lane.platform.worker!.kill();
            lane.platform.startWorker();
          }
          await sleep(move.pauseMs);
        }
        await player.settleAll();
        await agrees(player);
        report(player);
      }),
      { seed: SEED, numRuns: 1, endOnFailure: true },
    );
  }, 1_800_000);

  async function agrees({ companies }: Player): Promise<void> {
    const rows = await lane.platform.sql<Record<string, string>>('SELECT * FROM tenant_master');
    for (const company of companies) {
      const row = rows.find(({ id }) => id === company.id);
      const { status, hasDatabase, plan, suspended, schema, subdomain } = company;
      expect({
        subdomain,
        status: row?.status,
        hasDatabase: Number(row?.db_provisioned) === 1,
        plan: row?.subscription_plan,
        suspended: row?.suspended_at !== null,
        deletedLater: row?.delete_after !== null,
      }).toEqual({
        subdomain,
        status,
        hasDatabase,
        plan,
        suspended: status === 'deleted' ? expect.any(Boolean) : suspended,
        deletedLater: status === 'deleted' ? expect.any(Boolean) : status === 'deleting',
      });
      if (hasDatabase)
        expect([subdomain, await schemaOf(lane, { id: company.id!, dbName: row!.db_name } as never)]).toEqual([
          subdomain,
          schema,
        ]);
      const signIn = await call(lane.platform.port, '/api/auth/login', {
        method: 'POST',
        host: `${subdomain}.localhost`,
        json: { email: `admin@${subdomain}.example.com`, password: 'a company password' },
      });
      expect([subdomain, signIn.status === 200]).toEqual([subdomain, status === 'active']);
    }
    expect(await leftovers(lane)).toEqual([]);
    await until(async () => (await wakeUps(lane)).length === 0, 'no wake-up is left in Redis', 120_000);
  }

  const report = ({ counts }: Player) =>
    process.stdout.write(
      `\n${[...counts]
        .sort()
        .map(([what, count]) => `  ${what.padEnd(40)} ${count}`)
        .join('\n')}\n\n`,
    );
});
