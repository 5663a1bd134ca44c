import { AuditLog, type Rollout, type RolloutStatus } from '@finvera/master-data';
import { systemActor } from '@finvera/common';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { directionOf } from './rollout-store.js';

/** Decides what comes when nothing is due: the next wave, the end, or waiting. */
@Injectable()
export class RolloutProgress {
  constructor(
    @InjectDataSource() private readonly master: DataSource,
    private readonly audit: AuditLog,
  ) {}

  /**
   * The next wave begins when nobody of the waves before is being migrated or due, and somebody of the last one is done:
   * companies that wait for their window hold nobody up, a first wave that has not happened holds up all.
   * @returns whether anything changed
   */
  async advance(rollout: Rollout): Promise<boolean> {
    const counts = await this.counts(rollout);
    if (counts.running > 0 || counts.due > 0) return false;
    if (counts.pending === 0) return this.finish(rollout, counts.failed);
    if (rollout.status === 'rolling_back' || counts.unopened === 0) return false;
    if (counts.done_in_wave === 0 && counts.pending_in_wave > 0) return false;
    await this.master.transaction(async (tx) => {
      const { affectedRows } = await tx.query(
        "UPDATE migration_rollouts SET wave = wave + 1 WHERE id = ? AND wave = ? AND status = 'running'",
        [rollout.id, rollout.wave],
      );
      if (affectedRows > 0)
        await tx.query(
          `UPDATE migration_rollout_tenants SET due_at = UTC_TIMESTAMP(6)
            WHERE rollout_id = ? AND wave = ? AND status = 'pending' AND due_at IS NULL`,
          [rollout.id, rollout.wave + 1],
        );
    });
    return true;
  }

  private async counts(rollout: Rollout) {
    const [row]: Record<string, string | null>[] = await this.master.query(
      `SELECT SUM(status = 'running') AS running, SUM(status = 'failed') AS failed, SUM(status = 'pending' AND direction = ?) AS pending,
          SUM(status = 'pending' AND direction = ? AND due_at <= UTC_TIMESTAMP(6)) AS due,
          SUM(status = 'pending' AND due_at IS NULL) AS unopened,
          SUM(wave = ? AND status = 'done') AS done_in_wave, SUM(wave = ? AND status = 'pending') AS pending_in_wave
         FROM migration_rollout_tenants WHERE rollout_id = ?`,
      [directionOf(rollout), directionOf(rollout), rollout.wave, rollout.wave, rollout.id],
    );
    const count = (name: string) => Number(row?.[name] ?? 0);
    return {
      running: count('running'),
      failed: count('failed'),
      pending: count('pending'),
      due: count('due'),
      unopened: count('unopened'),
      done_in_wave: count('done_in_wave'),
      pending_in_wave: count('pending_in_wave'),
    };
  }

  private async finish(rollout: Rollout, failed: number): Promise<boolean> {
    const partial = rollout.status === 'rolling_back' && rollout.rollbackWave !== null;
    const status: RolloutStatus = partial
      ? 'paused' // the other waves are as they were
      : rollout.status === 'rolling_back'
        ? 'rolled_back'
        : failed > 0
          ? 'incomplete'
          : 'succeeded';
    await this.master.transaction(async (tx) => {
      const { affectedRows } = await tx.query(
        `UPDATE migration_rollouts SET status = ?, reason = ?, rollback_wave = NULL, finished_at = CASE WHEN ? THEN NULL ELSE UTC_TIMESTAMP(6) END
          WHERE id = ? AND status = ?`,
        [status, partial ? `Wave ${rollout.rollbackWave} was rolled back.` : null, partial, rollout.id, rollout.status],
      );
      if (affectedRows === 0) return;
      if (status === 'rolled_back')
        await tx.query(
          `UPDATE migration_rollout_tenants SET status = 'skipped', error_code = 'rolled_back', error_message = 'The rollout was rolled back.'
            WHERE rollout_id = ? AND status = 'pending'`,
          [rollout.id],
        );
      await this.audit.record(tx, systemActor('rollout'), {
        action: `rollout.${status}`,
        objectType: 'rollout',
        objectId: rollout.id,
        after: { failed },
      });
    });
    return true;
  }
}
