import { RedisConnections } from '@finvera/common';
import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { Queue } from 'bullmq';

export const OPERATION_QUEUE = 'finvera-operations';
const QUEUE_COMMAND_TIMEOUT_MS = 1_000;

/** Wakes a worker for an operation. The row is the truth: a lost message only delays until the next look. */
@Injectable()
export class OperationQueue implements OnModuleDestroy {
  private readonly logger = new Logger(OperationQueue.name);
  private readonly queue: Queue;

  constructor(redis: RedisConnections) {
    const connection = redis.connect({ enableOfflineQueue: false, commandTimeout: QUEUE_COMMAND_TIMEOUT_MS });
    this.queue = new Queue(OPERATION_QUEUE, { connection: connection as never, skipWaitingForReady: true });
    this.queue.on('error', () => undefined); // RedisConnections has logged it
  }

  async wake(operationId: string): Promise<void> {
    try {
      await this.queue.add(
        'run',
        { operationId },
        { jobId: `${operationId}-${Date.now()}`, removeOnComplete: true, removeOnFail: 100 },
      );
    } catch (error) {
      this.logger.warn({
        msg: 'no worker was woken; the next look will find it',
        operation_id: operationId,
        err: error,
      });
    }
  }

  async onModuleDestroy(): Promise<void> {
    await this.queue.close().catch(() => undefined);
  }
}
