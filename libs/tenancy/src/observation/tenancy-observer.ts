/** A part of a request's way into its tenant that may take time. */
export type TenancyPhase = 'resolve' | 'lease' | 'wait for a connection';

/**
 * How waiting for a connection ended: `refused` when none became free in time or too many waited, `abandoned` when
 * whoever asked hung up.
 */
export type WaitOutcome = 'served' | 'refused' | 'unavailable' | 'abandoned';

export interface SlowStatement {
  tenantId: string;
  /** as it was sent, placeholders instead of values where the caller used them */
  sql: string;
  durationMs: number;
  /** that the connection it ran on was waited for, before its first statement */
  waitedMs: number;
  /** read or changed; undefined when it failed */
  rows?: number;
  failed: boolean;
}

/**
 * Told of what happens inside the engine, for metrics, traces and logs. Every part is optional and costs nothing when
 * it is absent. It must not throw, and it must not wait.
 */
export interface TenancyObserver {
  /** Runs a part of a request's way; gives what `work` gives. */
  phase?<T>(phase: TenancyPhase, work: () => Promise<T>): Promise<T>;
  /** Milliseconds from which on a statement is told as slow; undefined: none is. */
  readonly slowStatementMs?: number;
  statementWasSlow?(statement: SlowStatement): void;
  /** Somebody who had to wait got a connection to this server, or was refused. */
  waitEnded?(server: string, waitedMs: number, outcome: WaitOutcome): void;
}
