import { RedisConnections } from '@finvera/common';
import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { Queue } from 'bullmq';

export const OPERATION_QUEUE = 'operations';
/** Failed wake-ups that Redis keeps, for people to look at. */
const FAILED_KEPT = 100;

/** Wakes a worker for an operation. The row is the truth: a lost message only delays until the next look. */
@Injectable()
export class OperationQueue implements OnModuleDestroy {
  private readonly logger = new Logger(OperationQueue.name);
  private queue?: Queue;

  constructor(private readonly redis: RedisConnections) {}

  async wake(operationId: string): Promise<void> {
    try {
      await this.open().add('run', { operationId }, { removeOnComplete: true, removeOnFail: FAILED_KEPT });
    } catch (error) {
      this.logger.warn({
        msg: 'no worker was woken; the next look will find it',
        operation_id: operationId,
        err: error,
      });
      await this.onModuleDestroy(); // the next wake begins with a fresh one
    }
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
