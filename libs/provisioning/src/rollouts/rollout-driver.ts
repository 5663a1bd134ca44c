import { Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { OperationLocks } from '../operations/operation-locks.js';
import { OperationRunner } from '../operations/operation-runner.js';
import { ClaimTenants } from './claim-tenants.js';
import { MigrateTenant } from './migrate-tenant.js';
import { RecordResults } from './record-results.js';
import { RolloutDrive, isWorkable } from './rollout-drive.js';
import { RolloutProgress } from './rollout-progress.js';
import { RolloutStore } from './rollout-store.js';
import { SchemaVersions } from './schema/schema-versions.js';

/**
 * Drives the rollout that is not finished: one process at a time, held by a lock that dies with it. Everything it knows
 * is in the rows; the next process goes on from there.
 */
@Injectable()
export class RolloutDriver implements BeforeApplicationShutdown {
  private readonly logger = new Logger(RolloutDriver.name);
  private stopping = false;
  private driving?: Promise<boolean>;
  private drive?: RolloutDrive;

  constructor(
    private readonly versions: SchemaVersions,
    private readonly locks: OperationLocks,
    private readonly store: RolloutStore,
    private readonly progress: RolloutProgress,
    private readonly claims: ClaimTenants,
    private readonly migrate: MigrateTenant,
    private readonly results: RecordResults,
    private readonly runner: OperationRunner,
  ) {}

  /**
   * Works on the unfinished rollout until it is finished, paused or stopped, unless another process does.
   * @returns whether this call worked on it
   */
  run(): Promise<boolean> {
    this.driving ??= this.runOnce().finally(() => {
      this.driving = undefined;
    });
    return this.driving;
  }

  /** Companies that are being migrated are finished, no other is begun. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopping = true;
    this.drive?.stop();
    await this.driving?.catch(() => undefined);
  }

  private async runOnce(): Promise<boolean> {
    const rollout = await this.store.active();
    if (!rollout || !isWorkable(rollout) || this.stopping) return false;
    if (!this.versions.has(rollout.targetVersion)) {
      this.logger.warn({
        msg: 'the rollout needs a newer release of this program',
        rollout_id: rollout.id,
        target_version: rollout.targetVersion,
      });
      return false;
    }
    const lock = await this.locks.tryAcquire(rollout.id);
    if (!lock) return false;
    try {
      this.drive = new RolloutDrive(rollout, lock, {
        store: this.store,
        progress: this.progress,
        claims: this.claims,
        migrate: this.migrate,
        results: this.results,
        locks: this.locks,
        runner: this.runner,
        logger: this.logger,
      });
      await this.drive.toTheEnd();
    } finally {
      this.drive = undefined;
      await lock.release();
    }
    return true;
  }
}
