import { Metrics, readInTime } from '@finvera/common';
import type { Operation } from '@finvera/master-data';
import { Injectable } from '@nestjs/common';
import { Gauge, Histogram } from 'prom-client';
import { OperationQueue } from './operation-queue.js';
import { OperationStore } from './operation-store.js';

const DURATION_BUCKETS_SECONDS = [0.1, 0.3, 1, 3, 10, 30, 100, 300, 1_000];

/** Operations by kind and status, and how many wake-ups lie in the queue. */
@Injectable()
export class OperationMetrics {
  private readonly durations: Histogram<'kind' | 'status'>;

  constructor({ registry }: Metrics, store: OperationStore, queue: OperationQueue) {
    this.durations = new Histogram({
      name: 'finvera_operation_seconds',
      help: 'Operations that this process finished, from their start to their end',
      labelNames: ['kind', 'status'],
      buckets: DURATION_BUCKETS_SECONDS,
      registers: [registry],
    });
    new Gauge({
      name: 'finvera_operations_unfinished',
      help: 'Operations that are queued, running or being undone, on the whole platform',
      labelNames: ['kind', 'status'],
      registers: [registry],
      async collect() {
        this.reset();
        for (const { kind, status, count } of await readInTime(store.countUnfinished(), []))
          this.set({ kind, status }, Number(count));
      },
    });
    new Gauge({
      name: 'finvera_operation_queue_jobs',
      help: 'Wake-ups for operations that lie in Redis, on the whole platform',
      labelNames: ['state'],
      registers: [registry],
      async collect() {
        this.reset();
        for (const [state, count] of Object.entries(await readInTime(queue.depth(), {}))) this.set({ state }, count);
      },
    });
  }

  finished({ kind, startedAt }: Operation, status: 'succeeded' | 'failed' | 'undone'): void {
    this.durations.observe({ kind, status }, Math.max(0, (Date.now() - (startedAt ?? new Date()).getTime()) / 1_000));
  }
}
