import { RedisConnections } from '@finvera/common';
import { Injectable, Logger, type BeforeApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Worker } from 'bullmq';
import { ProvisioningConfig } from '../provisioning.config.js';
import { OPERATION_QUEUE } from './operation-queue.js';
import { OperationRunner } from './operation-runner.js';
import { OperationStore } from './operation-store.js';

/** Unfinished operations looked at in one round. */
const ROUND_MAX = 100;

/**
 * Works on operations: woken by the queue, and every `RECONCILE_EVERY_MS` for whatever was left by a crash, a lost
 * Redis or a process that ended.
 */
@Injectable()
export class OperationWorker implements OnModuleInit, BeforeApplicationShutdown {
  private readonly logger = new Logger(OperationWorker.name);
  private worker?: Worker;
  private timer?: NodeJS.Timeout;
  private stopped = false;
  private readonly underWay = new Set<Promise<void>>();

  constructor(
    private readonly redis: RedisConnections,
    private readonly runner: OperationRunner,
    private readonly store: OperationStore,
    private readonly config: ProvisioningConfig,
  ) {}

  onModuleInit(): void {
    const connection = this.redis.connect({ maxRetriesPerRequest: null });
    this.worker = new Worker<{ operationId: string }>(
      OPERATION_QUEUE,
      ({ data }) => this.runQuietly(data.operationId),
      {
        connection: connection as never,
        prefix: this.redis.named('queue'),
        concurrency: this.config.OPERATIONS_CONCURRENCY,
      },
    );
    this.worker.on('error', () => undefined); // RedisConnections has logged it
    this.scheduleNextRound();
  }

  /** Looks once for unfinished operations that nobody works on, and works on them. */
  async reconcile(): Promise<void> {
    const unfinished = await this.store.unfinished(ROUND_MAX);
    for (const { id } of unfinished) if (!this.stopped) await this.runQuietly(id);
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    if (this.redis.isReady) return this.worker?.close();
    // BullMQ would wait for Redis to hear what became of its jobs; the rows know already
    await Promise.allSettled(this.underWay);
    await this.worker?.close(true);
  }

  private scheduleNextRound(): void {
    if (this.stopped) return;
    this.timer = setTimeout(() => {
      this.reconcile()
        .catch((error: unknown) => this.logger.warn({ msg: 'could not look for unfinished operations', err: error }))
        .finally(() => this.scheduleNextRound());
    }, this.config.RECONCILE_EVERY_MS);
  }

  private runQuietly(operationId: string): Promise<void> {
    const work = this.tryToRun(operationId).finally(() => this.underWay.delete(work));
    this.underWay.add(work);
    return work;
  }

  private async tryToRun(operationId: string): Promise<void> {
    try {
      if (await this.runner.run(operationId))
        this.logger.log({ msg: 'operation worked on', operation_id: operationId });
    } catch (error) {
      this.logger.warn({ msg: 'operation did not succeed', operation_id: operationId, err: error });
    }
  }
}
