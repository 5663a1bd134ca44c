import { type Actor, conflict, isDuplicate, notFound, offsetOf } from '@finvera/common';
import { AuditLog, Operation } from '@finvera/master-data';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { assertNoOperation } from './assert-no-operation.js';
import type { ListOperationsQuery } from './operation.dto.js';
import { requestOf } from './operation-audit.js';
import { OperationQueue } from './operation-queue.js';

/** Lists operations, and lets people retry and cancel them. */
@Injectable()
export class SteerOperation {
  constructor(
    @InjectDataSource() private readonly master: DataSource,
    private readonly queue: OperationQueue,
    private readonly audit: AuditLog,
  ) {}

  /** @throws DomainError 404 `operation_not_found` */
  async one(id: string): Promise<Operation> {
    const operation = await this.master.getRepository(Operation).findOneBy({ id });
    if (!operation) throw notFound('operation', id, 'operation_not_found');
    return operation;
  }

  async list(query: ListOperationsQuery): Promise<{ operations: Operation[]; total: number }> {
    const { status, kind, of_tenant: tenantId } = query;
    const [operations, total] = await this.master.getRepository(Operation).findAndCount({
      where: { ...(status && { status }), ...(kind && { kind }), ...(tenantId && { tenantId }) },
      order: { createdAt: 'DESC', id: 'DESC' },
      skip: offsetOf(query),
      take: query.limit,
    });
    return { operations, total };
  }

  /** @throws DomainError 409 `operation_not_failed`, or `operation_running` when another one is at work on the company */
  async retry(id: string, actor: Actor): Promise<Operation> {
    const operation = await this.one(id);
    const { tenantId } = operation;
    const queued = await this.queueAgain(operation, actor).catch(async (error: unknown) => {
      if (!isDuplicate(error)) throw error;
      await assertNoOperation(this.master.manager, tenantId);
      throw error;
    });
    if (!queued) throw conflict('operation_not_failed', 'Only a failed operation can be tried again.');
    await this.queue.wake(id);
    return this.one(id);
  }

  private queueAgain(operation: Operation, actor: Actor): Promise<boolean> {
    return this.master.transaction(async (tx) => {
      const { affectedRows } = await tx.query(
        "UPDATE tenant_operations SET status = 'queued', attempts = 0, finished_at = NULL WHERE id = ? AND status = 'failed'",
        [operation.id],
      );
      if (affectedRows === 1) await this.audit.record(tx, actor, requestOf('retried', operation));
      return affectedRows === 1;
    });
  }

  /** @throws DomainError 409 `operation_not_queued` when somebody works on it already */
  async cancel(id: string, actor: Actor): Promise<Operation> {
    const operation = await this.one(id);
    await this.master.transaction(async (tx) => {
      // one that has done nothing yet is undone all the same: its record may exist
      const { affectedRows } = await tx.query(
        "UPDATE tenant_operations SET status = 'undoing', error_code = 'cancelled', error_message = 'Cancelled on request.' WHERE id = ? AND status = 'queued' AND step IS NULL",
        [id],
      );
      if (affectedRows === 0)
        throw conflict('operation_not_queued', 'Only an operation that has not begun can be cancelled.');
      await this.audit.record(tx, actor, requestOf('cancelled', operation));
    });
    await this.queue.wake(id);
    return this.one(id);
  }
}
