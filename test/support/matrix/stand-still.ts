import { existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { until } from '../process.js';

const HOOK = fileURLToPath(new URL('./stand-still.hook.mjs', import.meta.url));

/** When a step has begun and done nothing; when its chosen statement or program is under way; when it has done all. */
export type Moment = 'begin' | 'half' | 'end';

export interface Place {
  kind: string;
  /** name of the step; `undo <name>` when it is taken back */
  step: string;
  moment: Moment;
  /** which statement or program of the step; default: the first that changes something */
  act?: number;
  /** whether to stand before the statement is sent as well */
  before?: boolean;
}

export interface Reached {
  place: 'begin' | 'before' | 'sent' | 'program' | 'end';
  /** id */
  operation: string;
  /** of the process that stands still; one whose program runs does not */
  pid: number;
  /** the server's number of the connection that the statement is on */
  connection?: number;
  sql?: string;
  /** process id */
  program?: number;
}

export interface Act {
  sql?: string;
  program?: string;
  changes: boolean;
}

export interface Visit {
  kind: string;
  step: string;
  ms: number;
  acts: Act[];
}

/** Makes processes that have its settings stand still within a step, one place at a time. */
export class StandStill {
  private readonly folder = mkdtempSync(join(tmpdir(), 'finvera-matrix-'));
  private plans = 0;

  constructor(private readonly others: string = '') {}

  /** For the processes. */
  get env(): Record<string, string> {
    return { STAND_STILL_DIR: this.folder, NODE_OPTIONS: `${this.others} --import=${HOOK}`.trim() };
  }

  /** The next process that comes to this place stands still there. @returns the plan's number */
  plan(place: Place): number {
    this.plans += 1;
    this.write(`plan ${place.kind} ${place.step}.json`, { id: this.plans, ...place });
    return this.plans;
  }

  /** Until `clear` this step fails: behind its work, or at its first change, whose answer is lost. */
  fail(kind: string, step: string, within = false): void {
    this.write(`fail ${kind} ${step}.json`, { fail: within ? 'within' : 'behind' });
  }

  /** Waits until a process stands at the plan's place, or, when the step did not come by there, at its end. */
  reached(plan: number, withinMs: number, what: string): Promise<Reached> {
    const beginning = `reached-${plan}-`;
    return until(
      async () => {
        const name = readdirSync(this.folder).find((file) => file.startsWith(beginning) && file.endsWith('.json'));
        if (!name) return undefined;
        const path = join(this.folder, name);
        const reached = JSON.parse(readFileSync(path, 'utf8')) as Reached;
        renameSync(path, `${path}.seen`);
        return reached;
      },
      what,
      withinMs,
    );
  }

  /** @param answer what the statement's caller is given: what the server said, or that the connection is lost */
  go(plan: number, place: Reached['place'], answer: 'given' | 'lost' = 'given'): void {
    this.write(`go-${plan}-${place}.json`, { answer });
  }

  /** What steps did that nobody stopped, since the beginning. */
  visits(): Visit[] {
    const path = join(this.folder, 'visits.jsonl');
    if (!existsSync(path)) return [];
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
    return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Visit);
  }

  /** Plans that nobody came by are forgotten. */
  clear(): void {
    for (const file of readdirSync(this.folder))
      if (/^(plan|fail) /.test(file)) rmSync(join(this.folder, file), { force: true });
  }

  end(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private write(name: string, content: object): void {
    const path = join(this.folder, name);
    writeFileSync(`${path}.part`, JSON.stringify(content));
    renameSync(`${path}.part`, path);
  }
}
