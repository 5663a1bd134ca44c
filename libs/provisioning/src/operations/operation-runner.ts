import { DomainError, isUnreachable, Tracing } from '@finvera/common';
import type { Operation, Tenant } from '@finvera/master-data';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { NotYet, OPERATION_KINDS, type OperationKind, type StepContext } from './operation-kind.js';
import { OperationMetrics } from './operation-metrics.js';
import { type OperationLock, OperationLocks } from './operation-locks.js';
import { Fenced, OperationStore } from './operation-store.js';

/** Tries before an operation beyond its point of no return is left as failed for people to look at. */
const ATTEMPTS_MAX = 10;

/**
 * Works on operations: takes the lock and the claim, does the steps in order, and, until the point of no return, undoes
 * them in reverse when one fails. Whatever process stops at whatever point, a later run goes on from the row.
 */
@Injectable()
export class OperationRunner {
  private readonly logger = new Logger(OperationRunner.name);
  private readonly kinds: Map<string, OperationKind>;

  constructor(
    @Inject(OPERATION_KINDS) kinds: readonly OperationKind[],
    private readonly store: OperationStore,
    private readonly locks: OperationLocks,
    private readonly metrics: OperationMetrics,
    private readonly tracing: Tracing,
  ) {
    this.kinds = new Map(kinds.map((kind) => [kind.kind, kind]));
  }

  /**
   * Works on an operation unless somebody does or it is finished.
   * @returns whether this call worked on it
   */
  async run(operationId: string): Promise<boolean> {
    const lock = await this.locks.tryAcquire(operationId);
    if (!lock) return false;
    try {
      const operation = await this.store.find(operationId);
      if (!operation || !['queued', 'running', 'undoing'].includes(operation.status)) return false;
      await this.work(operation, lock);
      return true;
    } catch (error) {
      if (error instanceof Fenced) return false;
      throw error;
    } finally {
      await lock.release();
    }
  }

  /**
   * Does an operation that the caller has just inserted as `running`, holding its lock since before.
   * @throws what made a step fail, after it was undone; when undoing could not be finished either, a later run does it
   */
  async runInserted(operation: Operation, lock: OperationLock): Promise<void> {
    await this.do({ operation, kind: this.kindOf(operation), token: operation.claimToken!, lock });
  }

  private async work(operation: Operation, lock: OperationLock): Promise<void> {
    const kind = this.kindOf(operation);
    const interrupted = operation.status === 'running';
    const giveUp = interrupted && !operation.resumeAfterCrash && !this.isBeyondReturn(kind, operation);
    const token = await this.store.claim(operation.id, operation.status === 'undoing' ? 'undoing' : 'running');
    operation.claimToken = token;
    operation.startedAt ??= new Date();
    const job: Job = { operation, kind, token, lock };
    const attributes = {
      'finvera.operation_id': operation.id,
      'finvera.tenant_id': operation.tenantId,
      'finvera.request_id': operation.requestId,
    };
    await this.tracing.span(`operation ${kind.kind}`, attributes, () => this.workOn(job, giveUp));
  }

  private async workOn(job: Job, giveUp: boolean): Promise<void> {
    if (job.operation.status === 'undoing') await this.undo(job);
    else if (giveUp)
      await this.beginUndo(job, new DomainError('interrupted', 503, 'The process that worked on it ended.'));
    else await this.do(job);
  }

  /**
   * From the beginning, as every step may be repeated; beyond the point of no return from the step that the row names:
   * what stands before it could take away what is in use by now (an empty database made anew under a company at work).
   */
  private async do(job: Job): Promise<void> {
    const { operation, kind, token } = job;
    const from = this.isBeyondReturn(kind, operation) ? stepIndex(kind, operation) : 0;
    for (const [index, step] of kind.steps.entries()) {
      if (index < from || !step.do) continue;
      const progress = Math.round((index / kind.steps.length) * 100);
      try {
        // with what the step before left: one write says that that one is done and this one begins
        await this.store.save(operation.id, token, { step: step.name, progress, state: operation.state });
        operation.step = step.name;
        await this.traced(job, step.name, (context) => step.do!(context));
        job.lock.signal.throwIfAborted();
      } catch (error) {
        if (error instanceof NotYet) return this.store.defer(operation, error.againInMs);
        await this.failed(job, error);
        throw error;
      }
    }
    await this.finish(job, 'succeeded', {
      progress: 100,
      state: operation.state,
      errorCode: null,
      errorMessage: null,
    });
  }

  /** A step failed: undo, or, beyond the point of no return, leave it for the next try. */
  private async failed(job: Job, error: unknown): Promise<void> {
    const { operation, kind, token } = job;
    this.logger.warn({
      msg: 'operation step failed',
      operation_id: operation.id,
      kind: kind.kind,
      step: operation.step,
      err: error,
    });
    if (error instanceof Fenced || job.lock.signal.aborted) return;
    try {
      if (!this.isBeyondReturn(kind, operation)) await this.beginUndo(job, error);
      else if (operation.attempts + 1 >= ATTEMPTS_MAX) await this.finish(job, 'failed', explain(error));
      else await this.store.save(operation.id, token, { status: 'queued', claimToken: null, ...explain(error) });
    } catch (second) {
      this.logger.warn({ msg: 'operation left for the reconciler', operation_id: operation.id, err: second });
    }
  }

  private async beginUndo(job: Job, reason: unknown): Promise<void> {
    const explained = explain(reason);
    await this.store.beginUndo(job.operation, explained);
    Object.assign(job.operation, explained);
    await this.undo(job);
  }

  private async undo(job: Job): Promise<void> {
    const { operation, kind, token } = job;
    for (const step of kind.steps.toReversed()) {
      await this.store.save(operation.id, token, { step: step.name });
      if (step.undo) await this.traced(job, `undo ${step.name}`, (context) => step.undo!(context));
      job.lock.signal.throwIfAborted();
    }
    await this.finish(job, 'undone');
  }

  private async finish(
    { operation, token }: Job,
    status: 'succeeded' | 'failed' | 'undone',
    change: Partial<Operation> = {},
  ): Promise<void> {
    await this.store.finish(operation, token, status, change);
    this.metrics.finished(operation, status);
  }

  private traced(job: Job, name: string, work: (context: StepContext) => Promise<void>): Promise<void> {
    return this.tracing.span(name, {}, async () => work(await this.context(job)));
  }

  private async context(job: Job): Promise<StepContext> {
    const { operation } = job;
    job.lock.signal.throwIfAborted();
    const tenant = (await this.store.tenant(operation.tenantId)) ?? ({ id: operation.tenantId } as Tenant);
    return { operation, tenant, state: operation.state, signal: job.lock.signal };
  }

  private kindOf({ kind: name }: Operation): OperationKind {
    const kind = this.kinds.get(name);
    if (!kind) throw new Error(`operations of kind ${name} are not known to this version`);
    return kind;
  }

  private isBeyondReturn(kind: OperationKind, operation: Operation): boolean {
    return stepIndex(kind, operation) >= stepIndex(kind, { step: kind.pointOfNoReturn });
  }
}

const stepIndex = (kind: OperationKind, { step }: Pick<Operation, 'step'>) =>
  kind.steps.findIndex(({ name }) => name === step);

interface Job {
  operation: Operation;
  kind: OperationKind;
  token: string;
  lock: OperationLock;
}

/** What people may see of a failure. */
function explain(error: unknown): { errorCode: string; errorMessage: string } {
  if (error instanceof DomainError) return { errorCode: error.code, errorMessage: error.message.slice(0, 1000) };
  if (isUnreachable(error))
    return { errorCode: 'database_unavailable', errorMessage: 'The database server could not be reached.' };
  return {
    errorCode: 'internal_error',
    errorMessage: 'A step failed; the log has the details under the operation id.',
  };
}
