import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Run } from './cells.js';
import type { Fault } from './faults.js';
import type { Hit } from './hit.js';
import type { Visit } from './stand-still.js';

/** One operation that was hit, as it is kept. */
export interface Result {
  kind: string;
  variant: string;
  label: string;
  fault: Fault;
  how: string;
  outcome: Hit['outcome'];
}

/** How a run differs from others of its cell. */
const howOf = ({ moment, before }: Run) => (before ? 'while it runs' : moment);

const keyOf = ({ kind, variant, label, fault, how }: Result) => [kind, variant, label, fault, how].join(', ');

const toResult = (run: Run, outcome: Hit['outcome']): Result => ({
  kind: run.row.scenario.kind,
  variant: run.row.scenario.variant ?? '',
  label: run.row.label,
  fault: run.fault,
  how: howOf(run),
  outcome,
});

/** Results are kept in a file, so that a long run which broke off goes on where it was. */
export class Results {
  private readonly kept = new Map<string, Result>();

  private readonly visitsPath: string;

  private constructor(private readonly path: string) {
    this.visitsPath = `${path}.visits`;
  }

  static open(path: string, { resume }: { resume: boolean }): Results {
    const results = new Results(path);
    if (!resume) for (const file of [path, results.visitsPath]) rmSync(file, { force: true });
    mkdirSync(dirname(path), { recursive: true });
    if (existsSync(path))
      for (const line of readFileSync(path, 'utf8').split('\n').filter(Boolean)) results.keep(JSON.parse(line));
    return results;
  }

  isGood(run: Run): boolean {
    const result = this.kept.get(keyOf(toResult(run, 'wrong')));
    return result !== undefined && result.outcome !== 'wrong';
  }

  add({ run, outcome }: Hit): void {
    const result = toResult(run, outcome);
    this.keep(result);
    appendFileSync(this.path, `${JSON.stringify(result)}\n`);
  }

  /** What steps did in runs before, and in this one. */
  visits(): Visit[] {
    if (!existsSync(this.visitsPath)) return [];
    return readFileSync(this.visitsPath, 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Visit);
  }

  addVisits(visits: readonly Visit[]): void {
    appendFileSync(this.visitsPath, visits.map((visit) => `${JSON.stringify(visit)}\n`).join(''));
  }

  has({ row, fault }: Run): boolean {
    const { kind, variant, label } = toResult({ row, fault } as Run, 'wrong');
    return this.all().some(
      (result) =>
        result.outcome !== 'wrong' &&
        result.kind === kind &&
        result.variant === variant &&
        result.label === label &&
        result.fault === fault,
    );
  }

  all(): Result[] {
    return [...this.kept.values()];
  }

  private keep(result: Result): void {
    this.kept.set(keyOf(result), result);
  }
}
