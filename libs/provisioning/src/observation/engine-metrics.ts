import { Metrics } from '@finvera/common';
import type { WaitOutcome } from '@finvera/tenancy';
import { Injectable } from '@nestjs/common';
import { Counter, Histogram } from 'prom-client';
import { ServerLabels } from './server-labels.js';

const WAIT_BUCKETS_SECONDS = [0.001, 0.005, 0.02, 0.1, 0.5, 1, 5, 15, 30];

/** What the tenancy engine tells while it works: waits and slow statements. */
@Injectable()
export class EngineMetrics {
  readonly servers = new ServerLabels();
  private readonly waits: Histogram<'server' | 'outcome'>;
  private readonly slow: Counter;

  constructor({ registry }: Metrics) {
    this.waits = new Histogram({
      name: 'finvera_connection_wait_seconds',
      help: 'How long requests waited for a connection to a database server, when none was at hand',
      labelNames: ['server', 'outcome'],
      buckets: WAIT_BUCKETS_SECONDS,
      registers: [registry],
    });
    this.slow = new Counter({
      name: 'finvera_slow_statements_total',
      help: 'Statements on tenant databases that took SLOW_QUERY_MS or longer',
      registers: [registry],
    });
  }

  waitEnded(server: string, waitedMs: number, outcome: WaitOutcome): void {
    this.waits.observe({ server: this.servers.labelOf(server), outcome }, waitedMs / 1_000);
  }

  statementWasSlow(): void {
    this.slow.inc();
  }
}
