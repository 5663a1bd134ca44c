import type { Run } from './cells.js';
import { type Company, forget } from './company.js';
import { inflict, type Standing } from './faults.js';
import { freeze } from './frozen-program.js';
import type { Lane, OperationRow } from './lane.js';
import { leftovers } from './leftovers.js';

const REACHED_WITHIN_MS = 90_000;

/** How an operation ended that was hit. */
export interface Hit {
  run: Run;
  outcome: 'done' | 'undone' | 'wrong';
  /** where it was hit: the place, and the operation's row at that moment */
  where: string;
  /** what was wrong afterwards */
  faults: string[];
  ms: number;
}

/** A company whose operation was hit. */
interface Victim {
  run: Run;
  company: Company;
  operation: string;
  where: string;
}

/**
 * Prepares a company for each run, lets each one's operation come to its step and stand still there, does the harm once,
 * brings everything back, and looks what became of each.
 * @param runs of one way to a kind, with one fault; more than one only where several may be at work
 */
export async function hit(lane: Lane, runs: readonly Run[]): Promise<Hit[]> {
  const started = performance.now();
  const { scenario } = runs[0]!.row;
  const companies: Company[] = [];
  let victims: Victim[] = [];
  const general: string[] = [];
  const wrong = new Map<Run, string[]>();
  const statuses = new Map<Run, string>();
  try {
    for (const _ of runs) companies.push(await scenario.prepare(lane));
    const since = await lane.now();
    victims = await stopEach(lane, runs, companies, since);
    const ended = new Map((await lane.untilAllEnded(scenario.kind, since)).map((row) => [row.id, row]));
    general.push(...(await leftovers(lane, { emptied: runs[0]!.fault === 'redis' })));
    const undone: Victim[] = [];
    for (const victim of victims) {
      const row = lastOf(victim, ended);
      statuses.set(victim.run, row.status);
      if (row.status !== 'succeeded') undone.push(victim);
      const look = row.status === 'succeeded' ? scenario.assertDone : scenario.assertUndone;
      await look(lane, victim.company).catch((error: Error) => wrong.set(victim.run, [error.message]));
    }
    general.push(...(await again(lane, undone, wrong)));
  } catch (error) {
    general.push((error as Error).message);
  } finally {
    lane.still.clear();
    for (const company of companies) await forget(lane, company).catch(() => undefined);
  }
  const ms = (performance.now() - started) / runs.length;
  return runs.map((run) => {
    const faults = [...general, ...(wrong.get(run) ?? [])];
    const outcome = faults.length > 0 ? 'wrong' : statuses.get(run) === 'succeeded' ? 'done' : 'undone';
    return { run, outcome, where: victims.find((victim) => victim.run === run)?.where ?? 'not reached', faults, ms };
  });
}

/** Each operation stands at another place; then the harm. */
async function stopEach(
  lane: Lane,
  runs: readonly Run[],
  companies: readonly Company[],
  since: string,
): Promise<Victim[]> {
  const [{ row, fault }] = runs as [Run];
  const { scenario, failing } = row;
  if (failing) lane.still.fail(scenario.kind, failing, scenario.failsWithin);
  const plans = runs.map((run) => lane.still.plan({ ...run, kind: scenario.kind, step: run.row.step }));
  const asked = companies.map((company) => scenario.start(lane, company).catch((error: Error) => error));
  const standing = await Promise.all(
    plans.map(async (plan, index): Promise<Standing> => {
      const what = `${scenario.kind} comes to ${runs[index]!.row.step}`;
      const reached = await lane.still.reached(plan, REACHED_WITHIN_MS, what);
      // at once: the process does not stand still while its program runs
      const frozen = reached.program === undefined ? null : await freeze(reached.program, lane.mariadb.port);
      return { plan, reached, frozen };
    }),
  );
  if (new Set(standing.map(({ reached }) => reached.operation)).size < runs.length)
    throw new Error('a program ended before it could be stopped; once more');
  const rows = await lane.operations(scenario.kind, since);
  lane.still.clear(); // what is begun later is in nobody's way
  await inflict(lane, fault, standing);
  await Promise.all(asked);
  const gone = companies.filter((company) => !rows.some(({ subdomain }) => subdomain === company.subdomain));
  return standing.map(({ reached }, index) => {
    const operation = rows.find(({ id }) => id === reached.operation);
    const company =
      operation?.subdomain === null && gone.length === 1
        ? gone[0] // its record has just been deleted
        : companies.find(({ subdomain }) => subdomain === operation?.subdomain);
    if (!operation || !company) throw new Error(`nobody knows the operation ${reached.operation} that stood still`);
    const sql = reached.sql ? ` (${reached.sql})` : '';
    const where = `${reached.place}${sql}, row: ${operation.status} ${operation.step}`;
    return { run: runs[index]!, company, operation: operation.id, where };
  });
}

/** Its operation, or the one that a rollout began after it. */
function lastOf({ operation }: Victim, ended: ReadonlyMap<string, OperationRow>): OperationRow {
  const own = ended.get(operation);
  if (!own) throw new Error(`the operation ${operation} is gone`);
  return [...ended.values()].find(({ tenant_id }) => tenant_id === own.tenant_id) ?? own;
}

/** What was undone can be done again. @returns what is left over then */
async function again(lane: Lane, undone: readonly Victim[], wrong: Map<Run, string[]>): Promise<string[]> {
  if (undone.length === 0) return [];
  const { scenario } = undone[0]!.run.row;
  const later = await lane.now();
  await Promise.all(undone.map(({ company }) => (scenario.again ?? scenario.start)(lane, company)));
  await lane.untilAllEnded(scenario.kind, later);
  for (const { run, company } of undone)
    await scenario
      .assertDone(lane, company)
      .catch((error: Error) => wrong.set(run, [...(wrong.get(run) ?? []), `the second time: ${error.message}`]));
  return leftovers(lane);
}

/** Does the operation with nobody in its way, or lets it fail and be undone, so that it is known what its steps do. */
export async function lookOn(
  lane: Lane,
  { scenario, failing }: Pick<Run['row'], 'scenario' | 'failing'>,
): Promise<void> {
  const company = await scenario.prepare(lane);
  const since = await lane.now();
  if (failing) lane.still.fail(scenario.kind, failing, scenario.failsWithin);
  await scenario.start(lane, company);
  await lane.untilAllEnded(scenario.kind, since);
  lane.still.clear();
  await forget(lane, company);
}
