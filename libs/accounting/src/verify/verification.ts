import type { EntityManager } from 'typeorm';

/** Something in the books that is not as it must be. */
export interface Problem {
  check: string;
  /** what is wrong, and where */
  message: string;
  object_type?: string;
  object_id?: string;
}

/** Problems of one check that are told; all are counted. */
const TOLD_PER_CHECK = 50;

/** Collects what the checks find, within a bound. */
export class Findings {
  readonly problems: Problem[] = [];
  readonly checks: { check: string; examined: number; problems: number }[] = [];
  private current = { check: '', examined: 0, problems: 0 };

  constructor(private readonly onProgress: (check: string, examined: number) => void = () => undefined) {}

  begin(check: string): void {
    this.current = { check, examined: 0, problems: 0 };
    this.checks.push(this.current);
  }

  examined(count: number): void {
    this.current.examined += count;
    this.onProgress(this.current.check, this.current.examined);
  }

  found(message: string, object: { object_type?: string; object_id?: string } = {}): void {
    this.current.problems += 1;
    if (this.current.problems <= TOLD_PER_CHECK) this.problems.push({ check: this.current.check, message, ...object });
  }
}

/** One thing that is looked at, all of it from the snapshot of one transaction, in pages. */
export type Check = (tx: EntityManager, findings: Findings) => Promise<void>;

/** Calls work with ranges of ids: (after, up to and including], so many rows each. */
export async function inRanges(
  tx: EntityManager,
  { next, size }: { next: string; size: number },
  work: (after: string, upTo: string) => Promise<void>,
): Promise<void> {
  for (let after = '0'; ; ) {
    const [row]: { last: string | null; count: string }[] = await tx.query(next, [after, size]);
    if (!row?.last) return;
    await work(after, row.last);
    if (Number(row.count) < size) return;
    after = row.last;
  }
}
