import { type Actor, newUuid, notFound, retryDeadlocks } from '@finvera/common';
import { AuditLog, type Operation, Tenant } from '@finvera/master-data';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { assertNoOperation } from './assert-no-operation.js';
import { requestOf } from './operation-audit.js';
import { OperationQueue } from './operation-queue.js';
import { OperationStore } from './operation-store.js';

/** Queues an operation on a tenant and wakes a worker. */
@Injectable()
export class StartOperation {
  constructor(
    @InjectDataSource() private readonly master: DataSource,
    private readonly store: OperationStore,
    private readonly queue: OperationQueue,
    private readonly audit: AuditLog,
  ) {}

  /**
   * @param mayStart throws when the tenant, read under lock, must not be operated on
   * @throws DomainError 404 `tenant_not_found`, 409 `operation_running`
   */
  async start(
    request: { kind: string; tenantId: string; input?: Record<string, unknown> },
    actor: Actor,
    mayStart: (tenant: Tenant) => void = () => undefined,
  ): Promise<Operation> {
    const id = newUuid();
    await retryDeadlocks(() =>
      this.master.transaction(async (tx) => {
        const tenant = await tx.findOne(Tenant, {
          where: { id: request.tenantId },
          lock: { mode: 'pessimistic_write' },
        });
        if (!tenant) throw notFound('company', request.tenantId, 'tenant_not_found');
        mayStart(tenant);
        await assertNoOperation(tx, tenant.id);
        const operation = await this.store.insert(tx, {
          id,
          ...request,
          status: 'queued',
          requestedBy: actor,
          resumeAfterCrash: true,
        });
        await this.audit.record(tx, actor, requestOf('requested', operation));
      }),
    );
    await this.queue.wake(id);
    return (await this.store.find(id))!;
  }
}
