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
  /** what the looks of this process have begun and not finished */
  private readonly taken = new Map<string, Promise<unknown>>();

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

  /**
   * Looks once for unfinished operations that nobody works on, and begins to work on them, as many at a time as the queue
   * does: a long one does not keep the others waiting.
   */
  async reconcile(): Promise<void> {
    for (const { id } of await this.store.unfinished(ROUND_MAX)) {
      while (this.taken.size >= this.config.OPERATIONS_CONCURRENCY) await Promise.race(this.taken.values());
      if (this.stopped) return;
      if (this.taken.has(id)) continue;
      const work = this.runQuietly(id).finally(() => this.taken.delete(id));
      this.taken.set(id, work);
    }
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    if (this.redis.isReady) {
      await Promise.all([this.worker?.close(), ...this.taken.values()]);
      return;
    }
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
