import type { Operation, Tenant } from '@finvera/master-data';

/** What a step is given. */
export interface StepContext {
  readonly operation: Operation;
  /** The tenant's record as it is when the step begins. */
  readonly tenant: Tenant;
  /** What steps leave for later ones; saved with each step. */
  readonly state: Record<string, unknown>;
  /** Aborted when this process may no longer work on the operation. */
  readonly signal: AbortSignal;
}

/** One idempotent step: done twice, or begun twice, it leaves the same. */
export interface OperationStep {
  readonly name: string;
  /** Absent when nothing is to be done: the name is a place that the row can stand at. */
  do?(context: StepContext): Promise<void>;
  /** Takes back what `do` did, also when it did only half of it, or nothing. */
  undo?(context: StepContext): Promise<void>;
}

/** A kind of operation: its steps in order. One file each. */
export interface OperationKind {
  readonly kind: string;
  readonly steps: readonly OperationStep[];
  /** From the beginning of this step on it only goes forward. */
  readonly pointOfNoReturn: string;
}

/**
 * Thrown by a step that waits for something outside and has nothing to do until then. It is nobody's failure: the step is
 * begun again after so long, by whatever process; until then no worker is held. For operations that are resumed after a crash.
 */
export class NotYet extends Error {
  override name = 'NotYet';

  constructor(readonly againInMs: number) {
    super(`nothing to do for ${againInMs} ms`);
  }
}

export const OPERATION_KINDS = Symbol('OPERATION_KINDS');
