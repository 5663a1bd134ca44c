import { Tracing } from '@finvera/common';
import type { SlowStatement, TenancyObserver, WaitOutcome } from '@finvera/tenancy';
import { Inject, Injectable } from '@nestjs/common';
import { SlowQueryLog } from '../slow-queries/slow-query-log.js';
import { EngineMetrics } from './engine-metrics.js';

export const SLOW_QUERY_MS = Symbol('SLOW_QUERY_MS');

/** Hands on what the tenancy engine tells. */
@Injectable()
export class PlatformObserver implements TenancyObserver {
  readonly slowStatementMs?: number;
  /** Only when something is traced. */
  readonly phase?: TenancyObserver['phase'];

  constructor(
    @Inject(SLOW_QUERY_MS) slowQueryMs: number,
    private readonly metrics: EngineMetrics,
    private readonly slowQueries: SlowQueryLog,
    tracing: Tracing,
  ) {
    if (tracing.enabled) this.phase = (phase, work) => tracing.span(`tenant: ${phase}`, {}, work);
    this.slowStatementMs = slowQueryMs === 0 ? undefined : slowQueryMs;
  }

  statementWasSlow(statement: SlowStatement): void {
    this.metrics.statementWasSlow();
    this.slowQueries.add(statement);
  }

  waitEnded(server: string, waitedMs: number, outcome: WaitOutcome): void {
    this.metrics.waitEnded(server, waitedMs, outcome);
  }
}
