import { type Actor, newUuid, retryDeadlocks } from '@finvera/common';
import { AuditLog, Operation, type OperationStatus, Tenant } from '@finvera/master-data';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { endOf } from './operation-audit.js';

/** This process may no longer work on the operation: somebody else took it over, or it was cancelled. */
export class Fenced extends Error {
  override name = 'Fenced';
}

export interface NewOperation {
  id: string;
  kind: string;
  tenantId: string;
  /** `running` when the caller works on it at once, under the lock that it holds */
  status: 'queued' | 'running';
  input?: Record<string, unknown>;
  state?: Record<string, unknown>;
  requestedBy: Actor;
  resumeAfterCrash: boolean;
}

/** Reads and writes operation rows; every write of a worker is fenced by its claim token. */
@Injectable()
export class OperationStore {
  constructor(
    @InjectDataSource() private readonly master: DataSource,
    private readonly audit: AuditLog,
  ) {}

  /** @returns the operation as it was inserted; a running one is claimed by the caller */
  async insert(tx: EntityManager, { requestedBy: actor, ...operation }: NewOperation): Promise<Operation> {
    const running = operation.status === 'running';
    const inserted = {
      ...operation,
      requestedBy: actor.name,
      requestedById: actor.id,
      requestedFrom: actor.ip ?? null,
      requestId: actor.requestId,
      claimToken: running ? newUuid() : null,
      input: operation.input ?? {},
      state: operation.state ?? {},
      step: null,
      progress: 0,
      attempts: running ? 1 : 0,
      startedAt: running ? new Date() : null,
      finishedAt: null,
    };
    await tx.insert(Operation, inserted as never);
    return inserted as unknown as Operation;
  }

  find(id: string): Promise<Operation | null> {
    return this.master.getRepository(Operation).findOneBy({ id });
  }

  tenant(id: string): Promise<Tenant | null> {
    return this.master.getRepository(Tenant).findOneBy({ id });
  }

  activeOf(tenantId: string): Promise<Operation | null> {
    return this.master
      .getRepository(Operation)
      .createQueryBuilder('o')
      .where("o.tenantId = :tenantId AND o.status IN ('queued','running','undoing')", { tenantId })
      .getOne();
  }

  /** Ids of operations that are not finished and wait for nothing; those that nobody has looked at for longest first. */
  async unfinished(limit: number): Promise<{ id: string; status: OperationStatus }[]> {
    return this.master.query(
      "SELECT id, status FROM tenant_operations WHERE status IN ('queued','running','undoing') AND (not_before IS NULL OR not_before <= UTC_TIMESTAMP(6)) ORDER BY updated_at LIMIT ?",
      [limit],
    );
  }

  /** Unfinished operations by kind and status. */
  async countUnfinished(): Promise<{ kind: string; status: OperationStatus; count: string }[]> {
    return this.master.query(
      "SELECT kind, status, COUNT(*) AS count FROM tenant_operations WHERE status IN ('queued','running','undoing') GROUP BY kind, status",
    );
  }

  /** Makes the caller the one who works on it. @returns the claim token */
  async claim(id: string, status: 'running' | 'undoing'): Promise<string> {
    const token = newUuid();
    const { affectedRows } = await this.master.query(
      `UPDATE tenant_operations SET claim_token = ?, status = ?, attempts = attempts + 1, not_before = NULL,
         started_at = COALESCE(started_at, CURRENT_TIMESTAMP(6))
        WHERE id = ? AND status IN ('queued','running','undoing') AND (not_before IS NULL OR not_before <= UTC_TIMESTAMP(6))`,
      [token, status, id],
    );
    if (affectedRows === 0) throw new Fenced(`operation ${id} is finished, or waits`);
    return token;
  }

  /** Lets go of an operation that waits; having looked is not an attempt. @throws Fenced as `save` does */
  async defer({ id, claimToken, state, attempts }: Operation, waitMs: number): Promise<void> {
    const { affectedRows } = await this.master.query(
      `UPDATE tenant_operations SET claim_token = NULL, state = ?, attempts = ?,
         not_before = DATE_ADD(UTC_TIMESTAMP(6), INTERVAL ? MICROSECOND) WHERE id = ? AND claim_token = ?`,
      [JSON.stringify(state), attempts, Math.ceil(waitMs * 1_000), id, claimToken],
    );
    if (affectedRows === 0) throw new Fenced(`operation ${id} was taken over`);
  }

  /** Writes how it ended, and the audit log's entry. @throws Fenced as `save` does */
  async finish(
    operation: Operation,
    token: string,
    status: 'succeeded' | 'failed' | 'undone',
    change: Partial<Operation> = {},
  ): Promise<void> {
    await retryDeadlocks(() =>
      this.master.transaction(async (tx) => {
        await this.save(operation.id, token, { status, finishedAt: new Date(), ...change }, tx);
        await this.audit.recordAll(tx, [endOf({ ...operation, ...change, status })]);
      }),
    );
  }

  /** @throws Fenced when the token is not the operation's any more */
  async save(
    id: string,
    token: string,
    change: Partial<Operation>,
    tx: EntityManager = this.master.manager,
  ): Promise<void> {
    const result = await tx
      .createQueryBuilder()
      .update(Operation)
      .set(change as never)
      .where('id = :id AND claim_token = :token', { id, token })
      .execute();
    if (result.affected === 0) throw new Fenced(`operation ${id} was taken over`);
  }

  /**
   * Turns from doing to undoing, but only when the row still stands at the step that the caller believes: a commit of
   * which the answer was lost may have carried it beyond the point of no return.
   * @throws Fenced when it stands elsewhere, or the claim is somebody else's
   */
  async beginUndo(
    { id, claimToken, step }: Operation,
    reason: { errorCode: string; errorMessage: string },
  ): Promise<void> {
    const { affectedRows } = await this.master.query(
      `UPDATE tenant_operations SET status = 'undoing', error_code = ?, error_message = ?
        WHERE id = ? AND claim_token = ? AND step <=> ?`,
      [reason.errorCode, reason.errorMessage, id, claimToken, step],
    );
    if (affectedRows === 0) throw new Fenced(`operation ${id} has moved on`);
  }
}
