import { Injectable, Logger } from '@nestjs/common';
import { OperationRunner } from './operation-runner.js';
import { OperationStore } from './operation-store.js';

/** Unfinished operations looked at in one round. */
const ROUND_MAX = 100;

export interface Reconciled {
  operations_unfinished: number;
  operations_worked_on: number;
}

/** Looks once for unfinished operations, oldest first, and works on those that nobody works on. */
@Injectable()
export class ReconcileOperations {
  private readonly logger = new Logger(ReconcileOperations.name);

  constructor(
    private readonly store: OperationStore,
    private readonly runner: OperationRunner,
  ) {}

  /** @param signal ends it after the operation that is worked on */
  async run(signal?: AbortSignal): Promise<Reconciled> {
    const unfinished = await this.store.unfinished(ROUND_MAX);
    let worked = 0;
    for (const { id } of unfinished)
      try {
        if (signal?.aborted) break;
        if (await this.runner.run(id)) worked += 1;
      } catch (error) {
        this.logger.warn({ msg: 'operation did not succeed', operation_id: id, err: error });
      }
    return { operations_unfinished: unfinished.length, operations_worked_on: worked };
  }
}
