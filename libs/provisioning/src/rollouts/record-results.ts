import { type Actor, retryDeadlocks } from '@finvera/common';
import { AuditLog, Operation, type Rollout, TenantChangeBus } from '@finvera/master-data';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager, In } from 'typeorm';
import { endOf } from '../operations/operation-audit.js';
import { ProvisioningConfig } from '../provisioning.config.js';
import type { Direction } from './migrate-tenant.js';

/** Tries that are put off before a company counts as failed. */
const DEFERRALS_MAX = 20;
const MESSAGE_MAX_LENGTH = 1_000;

/** How a company came out of one try. */
export interface TenantResult {
  tenantId: string;
  operationId: string;
  outcome: 'done' | 'failed' | 'deferred';
  /** The version that its database has now; undefined when nobody could look. */
  version?: string | null;
  durationMs: number;
  error?: { code: string; message: string };
  /** seconds until a deferred one is tried again */
  retryAfterSeconds?: number;
}

const SYSTEM: Actor = { id: 'system', name: 'system', kind: 'system', requestId: 'rollout' };

/** Writes down how companies came out, several in one transaction, and announces their new version to all processes. */
@Injectable()
export class RecordResults {
  constructor(
    @InjectDataSource() private readonly master: DataSource,
    private readonly config: ProvisioningConfig,
    private readonly audit: AuditLog,
    private readonly changes: TenantChangeBus,
  ) {}

  /**
   * @param token the claim of the process that worked on them; what somebody else has taken over is left to him
   * @param finish ends the operations; the engine does it itself for those that it runs
   */
  async record(
    rolloutId: string,
    direction: Direction,
    results: readonly TenantResult[],
    token: string,
    finish = true,
  ) {
    if (results.length === 0) return;
    await retryDeadlocks(() =>
      this.master.transaction(async (tx) => {
        const mine: { id: string }[] = await tx.query(
          'SELECT id FROM tenant_operations WHERE id IN (?) AND claim_token = ? AND finished_at IS NULL FOR UPDATE',
          [results.map(({ operationId }) => operationId), token],
        );
        const ids = new Set(mine.map(({ id }) => id));
        const kept = results.filter(({ operationId }) => ids.has(operationId));
        await this.recordVersions(tx, kept);
        await this.recordDone(
          tx,
          rolloutId,
          direction,
          kept.filter(({ outcome }) => outcome === 'done'),
          finish,
        );
        for (const result of kept) if (result.outcome !== 'done') await this.recordOther(tx, rolloutId, result, finish);
        await this.writeAudit(tx, rolloutId, direction, kept, finish);
      }),
    );
    for (const { tenantId, version } of results) if (version !== undefined) void this.changes.publish(tenantId);
  }

  /** Stops the rollout when too many have failed. */
  async stopAfterFailures(rollout: Rollout): Promise<void> {
    const [row]: { failed: string }[] = await this.master.query(
      "SELECT COUNT(*) AS failed FROM migration_rollout_tenants WHERE rollout_id = ? AND status = 'failed'",
      [rollout.id],
    );
    const failed = Number(row?.failed ?? 0) - rollout.failuresAccepted;
    const canary = rollout.wave === 1 && rollout.status === 'running';
    const limit = rollout.stopAfterFailures ?? (canary ? 1 : this.config.ROLLOUT_STOP_AFTER_FAILURES);
    if (failed < limit) return;
    const reason = `${failed} ${failed === 1 ? 'company' : 'companies'} failed${canary && rollout.stopAfterFailures === null ? ' in the first wave' : ''}; look at them, then resume or roll back.`;
    await this.master.transaction(async (tx) => {
      const { affectedRows } = await tx.query(
        "UPDATE migration_rollouts SET status = 'stopped', reason = ? WHERE id = ? AND status = ?",
        [reason, rollout.id, rollout.status],
      );
      if (affectedRows === 0) return;
      await this.audit.record(tx, SYSTEM, {
        action: 'rollout.stopped',
        objectType: 'rollout',
        objectId: rollout.id,
        after: { reason },
      });
    });
  }

  private async writeAudit(
    tx: EntityManager,
    rolloutId: string,
    direction: Direction,
    results: readonly TenantResult[],
    finish: boolean,
  ): Promise<void> {
    if (results.length === 0) return;
    const ended = finish ? await tx.findBy(Operation, { id: In(results.map(({ operationId }) => operationId)) }) : [];
    const migrated = results
      .filter(({ outcome }) => outcome === 'done')
      .map(({ tenantId, version }) => ({
        actor: SYSTEM,
        record: {
          action: direction === 'up' ? 'tenant.migrated' : 'tenant.rolled_back',
          tenantId,
          objectType: 'tenant',
          objectId: tenantId,
          after: { schema_version: version, rollout_id: rolloutId },
        },
      }));
    await this.audit.recordAll(tx, [...migrated, ...ended.map(endOf)]);
  }

  private async recordVersions(tx: EntityManager, results: readonly TenantResult[]): Promise<void> {
    const byVersion = new Map<string | null, string[]>();
    for (const { version, tenantId } of results)
      if (version !== undefined) byVersion.set(version, [...(byVersion.get(version) ?? []), tenantId]);
    for (const [version, ids] of byVersion)
      await tx.query('UPDATE tenant_master SET schema_version = ? WHERE id IN (?)', [version, ids]);
  }

  private async recordDone(
    tx: EntityManager,
    rolloutId: string,
    direction: Direction,
    done: readonly TenantResult[],
    finish: boolean,
  ): Promise<void> {
    if (done.length === 0) return;
    await tx.query(
      finish
        ? `UPDATE tenant_operations SET status = 'succeeded', step = 'migrated', progress = 100, finished_at = UTC_TIMESTAMP(6)
            WHERE id IN (?)`
        : "UPDATE tenant_operations SET step = 'migrated' WHERE id IN (?)",
      [done.map(({ operationId }) => operationId)],
    );
    const cases = done.map(() => 'WHEN ? THEN ?').join(' ');
    await tx.query(
      `UPDATE migration_rollout_tenants SET status = ?, to_version = CASE tenant_id ${cases} END,
          duration_ms = CASE tenant_id ${cases} END, finished_at = UTC_TIMESTAMP(6), error_code = NULL, error_message = NULL
        WHERE rollout_id = ? AND tenant_id IN (?)`,
      [
        direction === 'up' ? 'done' : 'rolled_back',
        ...done.flatMap(({ tenantId, version }) => [tenantId, version ?? null]),
        ...done.flatMap(({ tenantId, durationMs }) => [tenantId, Math.round(durationMs)]),
        rolloutId,
        done.map(({ tenantId }) => tenantId),
      ],
    );
  }

  private async recordOther(
    tx: EntityManager,
    rolloutId: string,
    result: TenantResult,
    finish: boolean,
  ): Promise<void> {
    const { code, message } = result.error ?? {
      code: 'internal_error',
      message: 'It failed; the log has the details.',
    };
    const text = message.slice(0, MESSAGE_MAX_LENGTH);
    if (finish)
      await tx.query(
        "UPDATE tenant_operations SET status = 'undone', error_code = ?, error_message = ?, finished_at = UTC_TIMESTAMP(6) WHERE id = ?",
        [code, text, result.operationId],
      );
    const deferred = result.outcome === 'deferred';
    await tx.query(
      `UPDATE migration_rollout_tenants SET
          status = CASE WHEN ? AND deferrals < ? THEN 'pending' ELSE 'failed' END,
          deferrals = deferrals + ?, due_at = CASE WHEN ? THEN UTC_TIMESTAMP(6) + INTERVAL ? SECOND ELSE due_at END,
          to_version = COALESCE(?, to_version), error_code = ?, error_message = ?, duration_ms = ?, resolved_at = NULL, finished_at = UTC_TIMESTAMP(6)
        WHERE rollout_id = ? AND tenant_id = ?`,
      [
        deferred,
        DEFERRALS_MAX,
        deferred ? 1 : 0,
        deferred,
        result.retryAfterSeconds ?? 15,
        result.version ?? null,
        code,
        text,
        Math.round(result.durationMs),
        rolloutId,
        result.tenantId,
      ],
    );
  }
}
