import { type Actor, conflict, notFound } from '@finvera/common';
import { AuditLog, type Rollout, RolloutTenant } from '@finvera/master-data';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { RolloutStore } from './rollout-store.js';
import { SchemaVersions } from './schema/schema-versions.js';
import { assertNoRollout } from './start-rollout.js';

/** Pauses, resumes and rolls back rollouts. */
@Injectable()
export class SteerRollout {
  constructor(
    @InjectDataSource() private readonly master: DataSource,
    private readonly store: RolloutStore,
    private readonly versions: SchemaVersions,
    private readonly audit: AuditLog,
  ) {}

  /** Companies that are being migrated are finished; no other is begun. @throws DomainError 409 `rollout_status` */
  pause(id: string, actor: Actor): Promise<Rollout> {
    return this.change(id, actor, 'rollout.paused', async (tx, rollout) => {
      if (rollout.status === 'paused') return;
      this.assertStatus(rollout, ['running', 'rolling_back'], 'paused');
      await tx.query("UPDATE migration_rollouts SET status = 'paused', reason = ? WHERE id = ?", [
        `Paused by ${actor.name}.`,
        id,
      ]);
    });
  }

  /** Goes on, forward or back as it went before; failures so far no longer count. @throws DomainError 409 `rollout_status` */
  resume(id: string, actor: Actor): Promise<Rollout> {
    return this.change(id, actor, 'rollout.resumed', async (tx, rollout) => {
      if (rollout.status === 'running' || rollout.status === 'rolling_back') return;
      this.assertStatus(rollout, ['paused', 'stopped'], 'resumed');
      await tx.query(
        `UPDATE migration_rollouts r SET r.reason = NULL,
            r.failures_accepted = (SELECT COUNT(*) FROM migration_rollout_tenants f WHERE f.rollout_id = r.id AND f.status = 'failed'),
            r.status = CASE WHEN EXISTS (SELECT 1 FROM migration_rollout_tenants d WHERE d.rollout_id = r.id AND d.direction = 'down'
              AND d.status IN ('pending', 'running')) THEN 'rolling_back' ELSE 'running' END
          WHERE r.id = ?`,
        [id],
      );
    });
  }

  /**
   * Takes back what was migrated, by the migrations' `down`.
   * @param wave this one alone; then the rollout is paused. Otherwise all, and the rollout is over.
   * @throws DomainError 409 `rollout_status`, `rollback_below_minimum`
   */
  rollback(id: string, wave: number | undefined, actor: Actor): Promise<Rollout> {
    return this.change(id, actor, 'rollout.rolling_back', async (tx, rollout) => {
      if (rollout.status === 'rolling_back') return;
      this.assertStatus(rollout, ['running', 'paused', 'stopped', 'succeeded', 'incomplete'], 'rolled back');
      await assertNoRollout(tx, this.store, id);
      await this.assertAboveMinimum(tx, id, wave);
      await tx.query(
        `UPDATE migration_rollouts r SET r.status = 'rolling_back', r.rollback_wave = ?, r.reason = NULL, r.finished_at = NULL,
            r.failures_accepted = (SELECT COUNT(*) FROM migration_rollout_tenants f WHERE f.rollout_id = r.id AND f.status = 'failed')
          WHERE r.id = ?`,
        [wave ?? null, id],
      );
      const only = wave === undefined ? '' : ' AND wave = ?';
      await tx.query(
        `UPDATE migration_rollout_tenants SET status = 'pending', direction = 'down', due_at = UTC_TIMESTAMP(6), deferrals = 0
          WHERE rollout_id = ? AND status = 'done' AND from_version IS NOT NULL${only}`,
        wave === undefined ? [id] : [id, wave],
      );
    });
  }

  /** Leaves one company that has not begun out of it. @throws DomainError 409 `rollout_tenant_status` */
  skip(id: string, tenantId: string, reason: string, actor: Actor): Promise<Rollout> {
    return this.change(
      id,
      actor,
      'rollout.tenant_skipped',
      async (tx) => {
        const { affectedRows } = await tx.query(
          `UPDATE migration_rollout_tenants SET status = 'skipped', error_code = 'skipped', error_message = ?, finished_at = UTC_TIMESTAMP(6)
          WHERE rollout_id = ? AND tenant_id = ? AND status = 'pending'`,
          [reason, id, tenantId],
        );
        if (affectedRows === 0) throw await this.cannot(tx, id, tenantId, 'skipped: only one that waits can be');
      },
      tenantId,
    );
  }

  /**
   * Says that what made a company fail (or left it out) is mended: its turn comes again, in the rollout that is not
   * finished, else in this one, which goes on with it.
   * @throws DomainError 404 `rollout_tenant_not_found`, 409 `rollout_tenant_status`
   */
  resolve(id: string, tenantId: string, actor: Actor): Promise<Rollout> {
    return this.change(
      id,
      actor,
      'rollout.tenant_resolved',
      async (tx, rollout) => {
        const active = await this.store.active(tx);
        const open = active ?? rollout;
        await tx.query(
          "UPDATE migration_rollout_tenants SET resolved_at = UTC_TIMESTAMP(6) WHERE tenant_id = ? AND status = 'failed' AND resolved_at IS NULL",
          [tenantId],
        );
        if (open.status === 'rolled_back') return;
        const { affectedRows } = await tx.query(
          `UPDATE migration_rollout_tenants SET status = 'pending', direction = 'up', due_at = CASE WHEN wave <= ? THEN UTC_TIMESTAMP(6) ELSE NULL END,
            deferrals = 0, error_code = NULL, error_message = NULL, finished_at = NULL
          WHERE rollout_id = ? AND tenant_id = ? AND status IN ('failed', 'skipped', 'rolled_back')`,
          [open.wave, open.id, tenantId],
        );
        if (affectedRows === 0 && !active) throw await this.cannot(tx, id, tenantId, 'resolved: it has not failed');
        if (!active)
          await tx.query(
            "UPDATE migration_rollouts SET status = 'running', finished_at = NULL, reason = NULL WHERE id = ?",
            [id],
          );
      },
      tenantId,
    );
  }

  private async change(
    id: string,
    actor: Actor,
    action: string,
    apply: (tx: EntityManager, rollout: Rollout) => Promise<void>,
    tenantId?: string,
  ): Promise<Rollout> {
    await this.store.one(id);
    await this.master.transaction(async (tx) => {
      await tx.query('SELECT id FROM migration_rollouts WHERE id = ? FOR UPDATE', [id]);
      const before = await this.store.one(id, tx);
      await apply(tx, before);
      const after = await this.store.one(id, tx);
      await this.audit.record(tx, actor, {
        action,
        tenantId,
        objectType: 'rollout',
        objectId: id,
        before: { status: before.status },
        after: { status: after.status },
      });
    });
    return this.store.one(id);
  }

  private assertStatus({ id, status }: Rollout, allowed: Rollout['status'][], verb: string): void {
    if (!allowed.includes(status))
      throw conflict('rollout_status', `The rollout ${id} is ${status} and cannot be ${verb} now.`);
  }

  private async assertAboveMinimum(tx: EntityManager, id: string, wave: number | undefined): Promise<void> {
    const [row]: { oldest: string | null; n: string }[] = await tx.query(
      `SELECT MIN(from_version) AS oldest, COUNT(*) AS n FROM migration_rollout_tenants
        WHERE rollout_id = ? AND status = 'done' AND (? OR wave = ?)`,
      [id, wave === undefined, wave ?? 0],
    );
    if (row?.oldest && row.oldest < this.versions.minimum)
      throw conflict(
        'rollback_below_minimum',
        `This program needs schema ${this.versions.minimum} at least; companies would go back to ${row.oldest} and be answered 503. Run the former release first, then roll back.`,
      );
  }

  private async cannot(tx: EntityManager, id: string, tenantId: string, what: string) {
    const row = await tx.findOneBy(RolloutTenant, { rolloutId: id, tenantId });
    if (!row) return notFound('company in this rollout', tenantId, 'rollout_tenant_not_found');
    return conflict('rollout_tenant_status', `The company is ${row.status} in this rollout and cannot be ${what}.`);
  }
}
