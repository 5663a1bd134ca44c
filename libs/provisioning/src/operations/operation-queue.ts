import { RedisConnections } from '@finvera/common';
import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { Queue } from 'bullmq';
import { setTimeout as sleep } from 'node:timers/promises';

export const OPERATION_QUEUE = 'operations';
/** Failed wake-ups that Redis keeps, for people to look at. */
const FAILED_KEPT = 100;

/** How long a caller waits for Redis to take the message. */
const WAKE_MAX_MS = 1_000;

async function refuseAfter(ms: number): Promise<never> {
  await sleep(ms, undefined, { ref: false });
  throw new Error(`Redis did not answer within ${ms} ms`);
}

/** Wakes a worker for an operation. The row is the truth: a lost message only delays until the next look. */
@Injectable()
export class OperationQueue implements OnModuleDestroy {
  private readonly logger = new Logger(OperationQueue.name);
  private queue?: Queue;

  constructor(private readonly redis: RedisConnections) {}

  async wake(operationId: string): Promise<void> {
    if (!this.redis.isReady) return; // the next look will find it
    try {
      const added = this.open().add('run', { operationId }, { removeOnComplete: true, removeOnFail: FAILED_KEPT });
      added.catch(() => undefined); // when it fails after nobody waits any more
      await Promise.race([added, refuseAfter(WAKE_MAX_MS)]);
    } catch (error) {
      this.logger.warn({
        msg: 'no worker was woken; the next look will find it',
        operation_id: operationId,
        err: error,
      });
      void this.onModuleDestroy(); // the next wake begins with a fresh one
    }
  }

  /** How many wake-ups lie in the queue, by state; empty while Redis is away. */
  async depth(): Promise<Record<string, number>> {
    if (!this.redis.isReady) return {};
    return this.open().getJobCounts('waiting', 'active', 'delayed', 'failed');
  }

  async onModuleDestroy(): Promise<void> {
    const { queue } = this;
    this.queue = undefined;
    await queue?.close().catch(() => undefined);
  }

  private open(): Queue {
    if (!this.queue) {
      this.queue = new Queue(OPERATION_QUEUE, {
        connection: this.redis.commands as never,
        prefix: this.redis.named('queue'),
      });
      this.queue.on('error', () => undefined); // RedisConnections has logged it
    }
    return this.queue;
  }
}
