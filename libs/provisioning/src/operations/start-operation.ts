import { type Actor, isDuplicate, newUuid, notFound, retryDeadlocks } from '@finvera/common';
import { AuditLog, type Operation, Tenant } from '@finvera/master-data';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { assertNoOperation } from './assert-no-operation.js';
import { requestOf } from './operation-audit.js';
import { OperationQueue } from './operation-queue.js';
import { OperationStore } from './operation-store.js';

const INSERT_TRIES = 3;

interface NewRequest {
  kind: string;
  tenantId: string;
  input?: Record<string, unknown>;
}

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
   * @param mayStart throws when the tenant, read under lock and with nobody at work on it, must not be operated on
   * @throws DomainError 404 `tenant_not_found`, 409 `operation_running`
   */
  async start(
    request: NewRequest,
    actor: Actor,
    mayStart: (tenant: Tenant) => void = () => undefined,
  ): Promise<Operation> {
    const id = newUuid();
    for (let attempt = 1; ; attempt += 1) {
      try {
        await this.insert(id, request, actor, mayStart);
        break;
      } catch (error) {
        if (!isDuplicate(error) || attempt === INSERT_TRIES) throw error;
        // a rollout, which locks no company, was at work on it before this was written
        await assertNoOperation(this.master.manager, request.tenantId);
      }
    }
    await this.queue.wake(id);
    return (await this.store.find(id))!;
  }

  private insert(id: string, request: NewRequest, actor: Actor, mayStart: (tenant: Tenant) => void): Promise<void> {
    return retryDeadlocks(() =>
      this.master.transaction(async (tx) => {
        const tenant = await tx.findOne(Tenant, {
          where: { id: request.tenantId },
          lock: { mode: 'pessimistic_write' },
        });
        if (!tenant) throw notFound('company', request.tenantId, 'tenant_not_found');
        // first: while one is at work the record says what it is about to be
        await assertNoOperation(tx, tenant.id);
        mayStart(tenant);
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
  }
}
