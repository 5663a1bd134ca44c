import type { Act, Moment, Visit } from './stand-still.js';
import { FAULTS, type Fault } from './faults.js';
import type { Scenario } from './scenarios.js';

/** As `GET /api/admin/operations/kinds` says. */
export interface Kind {
  kind: string;
  steps: readonly Step[];
  point_of_no_return: string;
}

export interface Step {
  name: string;
  has_do: boolean;
  has_undo: boolean;
}

/** One row of the table: a step, or its way back. */
export interface Row {
  scenario: Scenario;
  /** what the table calls it */
  label: string;
  /** where a process stands still; another step's where this one does nothing itself */
  step: string;
  /** the only moment there is, for a place between two steps */
  only?: Moment;
  /** the step that fails behind its work, so that this one is come by */
  failing?: string;
}

/** One operation, hit once. */
export interface Run {
  row: Row;
  fault: Fault;
  moment: Moment;
  act?: number;
  before?: boolean;
  /** whether it holds a lock of the server while it stands still, so that others do not come past it */
  alone?: boolean;
}

/**
 * Triggers are made and dropped one at a time on a server; a change of status locks the count of companies that have it,
 * an entry of the audit log the log's end.
 */
const HOLDS_A_LOCK = /TRIGGER|GET_LOCK|tenant_master SET status|INTO audit_log/i;

/** Has a limit of its own of some seconds, and is not there when a connection is used again. */
const IS_SIGNING_IN = /^SET SESSION/i;

/** Steps in their order, then the ways back in theirs. */
export function rowsOf(scenario: Scenario, kind: Kind | undefined): Row[] {
  if (!kind) return []; // of a kind that is no more

  const steps = scenario.steps ?? kind.steps;
  const rows = steps.map((step, index): Row => {
    if (step.has_do) return { scenario, label: step.name, step: step.name };
    // nothing is done in it: the row stands there between what is done before and what is done after
    const before = steps.slice(0, index).findLast(({ has_do }) => has_do);
    const after = steps.slice(index).find(({ has_do }) => has_do);
    return { scenario, label: step.name, step: (before ?? after)!.name, only: before ? 'end' : 'begin' };
  });
  return [...rows, ...undoRows(scenario, kind)];
}

function undoRows(scenario: Scenario, { steps, point_of_no_return }: Kind): Row[] {
  const until = steps.findIndex(({ name }) => name === point_of_no_return);
  const failing = steps.slice(0, until).findLast(({ has_do, has_undo }) => has_do && has_undo)?.name;
  if (scenario.steps || failing === undefined) return [];
  return steps
    .slice(0, until)
    .filter(({ has_undo }) => has_undo)
    .toReversed()
    .map(({ name }) => ({ scenario, label: `undo ${name}`, step: `undo ${name}`, failing }));
}

/**
 * Everything that is done to a row.
 * @param visits what its steps do when nobody hinders them
 * @param options.thorough also at moments where less can go wrong
 */
export function runsOf(row: Row, visits: readonly Visit[], { thorough }: { thorough: boolean }): Run[] {
  const acts = visits.find(({ kind, step }) => kind === row.scenario.kind && step === row.step)?.acts ?? [];
  const act = row.only ? undefined : middleOf(acts);
  // what came before it in its transaction is locked as well
  const alone = act !== undefined && acts.slice(0, act + 1).some(({ sql }) => HOLDS_A_LOCK.test(sql ?? ''));
  const half: Moment = act === undefined ? (row.only ?? 'end') : 'half';
  const runs = FAULTS.flatMap((fault): Run[] => {
    const moments = momentsOf(fault, row, thorough).map((moment) => (moment === 'half' ? half : moment));
    const wanted = row.only ? [row.only] : row.failing ? [half] : [...new Set(moments)];
    return wanted.map((moment) => ({ row, fault, moment, ...(moment === 'half' && { act, alone }) }));
  });
  const statement = act !== undefined && acts[act]!.sql !== undefined && acts[act]!.changes;
  return statement ? [...runs, { row, fault: 'cut', moment: 'half', act, before: true }] : runs;
}

function momentsOf(fault: Fault, { scenario }: Row, thorough: boolean): Moment[] {
  if (fault === scenario.by) return thorough ? ['begin', 'half', 'end'] : ['half', 'end'];
  return fault === 'mariadb' && thorough ? ['half', 'end'] : ['half'];
}

/** For the quick look, which knows nothing of the steps beforehand. */
export const quickRun = (row: Row, fault: Fault): Run => ({ row, fault, moment: row.only ?? 'half' });

/** The last program, as it works on a database; else the statement in the middle of those that change something. */
function middleOf(acts: readonly Act[]): number | undefined {
  const program = acts.findLastIndex((act) => act.program !== undefined);
  if (program >= 0) return program;
  const changing = [...acts.keys()].filter((index) => acts[index]!.changes);
  const asking = [...acts.keys()].filter((index) => !IS_SIGNING_IN.test(acts[index]!.sql ?? ''));
  const candidates = changing.length > 0 ? changing : asking;
  return candidates[Math.floor(candidates.length / 2)];
}
