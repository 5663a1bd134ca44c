import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Kind, type Row, type Run, quickRun, rowsOf, runsOf } from './support/matrix/cells.js';
import { FAULTS } from './support/matrix/faults.js';
import { type Hit, hit, lookOn } from './support/matrix/hit.js';
import { Lane } from './support/matrix/lane.js';
import { wakeUps } from './support/matrix/leftovers.js';
import { nameInPage, readMatrix, writePage } from './support/matrix/page.js';
import { tell } from './support/matrix/progress.js';
import { Results } from './support/matrix/results.js';
import { SCENARIOS } from './support/matrix/scenarios.js';
import { until } from './support/process.js';

/**
 * Every kind of operation × every step × every fault: the harm is done in that step, services come back, and the operation
 * completes or is undone; nothing is extra and nothing is missing. `npm run matrix` does all of it (its settings are the
 * variables below), `npm test` one of every second way to a kind.
 */
const FULL = process.env.MATRIX === 'full';
const ONLY = new RegExp(process.env.MATRIX_ONLY ?? '');
const RESUME = process.env.MATRIX_RESUME === '1';
const WRITE = process.env.MATRIX_WRITE === '1';
const LANES = FULL ? Number(process.env.MATRIX_LANES ?? 2) : 1;
/** Killed when a step has begun, too, and MariaDB when all of it is done. */
const THOROUGH = process.env.MATRIX_THOROUGH === '1';
const RESULTS = fileURLToPath(new URL('../.finvera/matrix.jsonl', import.meta.url));
const PATIENCE_MS = FULL ? 6 * 3_600_000 : 300_000;
/** A wake-up that a killed worker held is given to another one after so long at the latest. */
const WAKE_UPS_END_WITHIN_MS = 120_000;

describe('an operation that is hit', () => {
  const lanes: Lane[] = [];
  let kinds: Kind[];
  let rows: Row[];

  beforeAll(async () => {
    for (let number = 0; number < LANES; number += 1) lanes.push(await Lane.start());
    kinds = (await lanes[0]!.platform.admin.get('/api/admin/operations/kinds')).body.data.kinds;
    rows = SCENARIOS.flatMap((scenario) =>
      rowsOf(
        scenario,
        kinds.find(({ kind }) => kind === scenario.kind),
      ),
    );
  }, PATIENCE_MS);

  afterAll(async () => {
    for (const lane of lanes) await lane.stop();
  }, 60_000);

  it('is of a kind that the matrix knows', () => {
    expect([...new Set(SCENARIOS.map(({ kind }) => kind))].sort()).toEqual(kinds.map(({ kind }) => kind).sort());
  });

  it(
    'completes or is undone, and leaves nothing',
    async () => {
      const results = FULL
        ? Results.open(RESULTS, { resume: RESUME || process.env.MATRIX_ONLY !== undefined })
        : undefined;
      const runs = results ? await allRuns(results) : quickRuns();
      const wanted = runs.filter((run) => ONLY.test(nameOf(run)) && !(RESUME && results?.isGood(run)));
      const hits: Hit[] = [];
      const queue = batchesOf(wanted);
      await Promise.all(
        lanes.map(async (lane) => {
          for (let batch = queue.shift(); batch; batch = queue.shift())
            for (const found of await hit(lane, batch)) {
              hits.push(found);
              results?.add(found);
              tell(found, hits.length, wanted.length);
            }
        }),
      );
      if (FULL) for (const lane of lanes) await untilNoWakeUps(lane);
      results?.addVisits(lanes.flatMap(({ still }) => still.visits()));
      if (results && WRITE) writePage(rows, results.all(), results.visits());
      const wrong = hits.filter(({ outcome }) => outcome === 'wrong');
      expect(wrong.map(({ run, where, faults }) => ({ run: nameOf(run), where, faults }))).toEqual([]);
    },
    PATIENCE_MS,
  );

  it('stands in docs/operations.md: a row for every step, and in every cell how operations ended', () => {
    const written = readMatrix();
    expect(written.map(({ row }) => row)).toEqual(rows.map(nameInPage));
    const gaps = written.filter(
      ({ cells }) => cells.length !== FAULTS.length || !cells.every((cell) => GOOD.test(cell)),
    );
    expect(gaps).toEqual([]);
  });

  it(
    'relies on a census that reports what no record explains and what is missing, drops nothing, and says so in its exit code',
    async () => {
      const { platform } = lanes[0]!;
      const census = async () => (await platform.admin.get('/api/admin/census')).body.data.census;
      expect(await census()).toMatchObject({ clean: true, findings: [], left_off: 0 });
      const [tenant, robbed] = [await platform.givenTenant(), await platform.givenTenant()];
      const [{ db_user: user }] = (await platform.sql('SELECT db_user FROM tenant_master WHERE id = ?', [
        robbed.id,
      ])) as [{ db_user: string }];
      const stray = join(platform.env.ARCHIVE_DIR!, 'nobody');
      await platform.sql('CREATE DATABASE finvera_stray_1');
      await platform.sql("CREATE USER fv_stray@'%' IDENTIFIED BY 'x'");
      await platform.sql(`GRANT SELECT ON \`${tenant.dbName.replaceAll('_', '\\_')}\`.* TO '${user}'@'%'`);
      await platform.sql(`DROP DATABASE ${robbed.dbName}`);
      mkdirSync(stray, { recursive: true });
      writeFileSync(join(stray, 'x.sql'), '');
      const expected = [
        ['database_missing', robbed.dbName, robbed.id],
        ['database_without_record', 'finvera_stray_1', null],
        ['file_without_record', 'nobody/x.sql', null],
        ['grant_without_record', `${user} on ${tenant.dbName}`, null],
        ['user_without_record', 'fv_stray', null],
      ];
      const { findings } = await census();
      const told = findings.map(({ kind, name, tenant_id }: Record<string, string>) => [kind, name, tenant_id]).sort();
      expect(told).toEqual(expected);
      const command = platform.startCli('census');
      expect([(await command.ended).code, command.output]).toEqual([2, expect.stringContaining('5 findings')]);
      expect(await platform.sql("SHOW DATABASES LIKE 'finvera_stray_1'")).toHaveLength(1);
      await platform.sql('DROP DATABASE finvera_stray_1');
      await platform.sql("DROP USER fv_stray@'%'");
    },
    PATIENCE_MS,
  );

  /** Of each way to a kind one step, each with the next fault. */
  const quickRuns = (): Run[] =>
    SCENARIOS.filter((_, index) => index % 2 === 0).map((scenario, index) => {
      const own = rows.filter((row) => row.scenario === scenario);
      return quickRun(own[Math.floor(own.length / 2)]!, FAULTS[index % FAULTS.length]!);
    });

  /** A look at what every step does comes first: it says where its middle is. */
  async function allRuns(results: Results): Promise<Run[]> {
    const chosen = rows.filter((row) =>
      FAULTS.some((fault) =>
        ['begin', 'half', 'end'].some((moment) => ONLY.test(nameOf({ row, fault, moment } as Run))),
      ),
    );
    const looks = [...new Set(chosen.map(({ scenario }) => scenario))].flatMap((scenario) => {
      const own = chosen.filter((row) => row.scenario === scenario);
      return [...new Set(own.map(({ failing }) => failing))].map((failing) => ({ scenario, failing }));
    });
    const known = new Set(results.visits().map(({ kind }) => kind));
    const queue = looks.filter(({ scenario }) => !known.has(scenario.kind));
    await Promise.all(
      lanes.map(async (lane) => {
        for (let look = queue.shift(); look; look = queue.shift()) await lookOn(lane, look);
      }),
    );
    const visits = [...results.visits(), ...lanes.flatMap(({ still }) => still.visits())];
    return chosen.flatMap((row) => runsOf(row, visits, { thorough: THOROUGH }));
  }
});

/** Runs that one harm can hit: of one way to a kind, each at another step, all on their way on or all on their way back. */
function batchesOf(runs: readonly Run[]): Run[][] {
  const batches = new Map<string, Run[]>();
  for (const [index, run] of runs.entries()) {
    const { row, fault, moment, before, alone } = run;
    // a place between two steps is the end of the one before, at which another one stands
    const place = row.only ? row.label : '';
    const key =
      alone || before || !row.scenario.together
        ? String(index)
        : [SCENARIOS.indexOf(row.scenario), row.failing ?? '', fault, moment === 'end' ? 'end' : '', place].join();
    batches.set(key, [...(batches.get(key) ?? []), run]);
  }
  return [...batches.values()];
}

const GOOD = /^(\d+ )?(done|undone)(, \d+ (done|undone))*$/;

const nameOf = ({ row, fault, moment }: Run) =>
  [row.scenario.kind, row.scenario.variant, row.label, fault, moment].filter(Boolean).join(', ');

const untilNoWakeUps = (lane: Lane) =>
  until(async () => (await wakeUps(lane)).length === 0, 'no wake-up is left in Redis', WAKE_UPS_END_WITHIN_MS);
