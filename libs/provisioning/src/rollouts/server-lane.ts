import { isUnreachable } from '@finvera/common';
import type { Rollout } from '@finvera/master-data';
import { setTimeout as sleep } from 'node:timers/promises';
import type { OperationLocks } from '../operations/operation-locks.js';
import type { ClaimedTenant, ClaimTenants } from './claim-tenants.js';
import type { MigrateTenant } from './migrate-tenant.js';
import type { RecordResults, TenantResult } from './record-results.js';
import { directionOf, targetOf } from './rollout-store.js';
import type { MigrationSession } from './schema/migration-session.js';
import { attempt } from './tenant-outcome.js';

/** Results wait so long for others to be written down with. */
const GATHER_MS = 20;
/** Companies claimed at once, for each slot. */
const AHEAD = 4;

export interface LaneTools {
  claims: ClaimTenants;
  migrate: MigrateTenant;
  results: RecordResults;
  locks: OperationLocks;
}

export interface LaneWork {
  rollout: Rollout;
  serverId: string;
  /** Marks the operations as this process's. */
  token: string;
  /** Aborted when this process may no longer drive the rollout. */
  signal: AbortSignal;
  /** Whether another company may be begun. */
  mayGoOn: () => boolean;
}

/**
 * Works on the due companies of one database server, `concurrency_per_server` at a time, each slot on a connection of its
 * own. Companies are claimed and results written down for several at once, beside the migrations, and never more than a
 * few are held.
 */
export class ServerLane {
  private readonly claimed: ClaimedTenant[] = [];
  private readonly results: (TenantResult & Pick<ClaimedTenant, 'lock'>)[] = [];
  private claiming?: Promise<void>;
  private recording?: Promise<void>;
  private exhausted = false;
  private failure?: { error: unknown };

  constructor(
    private readonly tools: LaneTools,
    private readonly work: LaneWork,
  ) {}

  /**
   * Comes back when nothing is due any more, or nothing more may be begun.
   * @returns whether the server could be reached to the end
   */
  async drain(): Promise<boolean> {
    await Promise.all(Array.from({ length: this.work.rollout.concurrencyPerServer }, () => this.slot()));
    await this.claiming;
    await this.record();
    const left = this.claimed.splice(0);
    if (left.length > 0) await this.tools.claims.giveBack(this.work.rollout, left, this.work.token);
    if (!this.failure) return true;
    if (isUnreachable(this.failure.error)) return false;
    throw this.failure.error;
  }

  private async slot(): Promise<void> {
    let session: MigrationSession | undefined;
    try {
      for (let next = await this.next(); next; next = await this.next()) {
        session ??= await this.openFor(next);
        await this.migrate(next, session);
      }
    } catch (error) {
      this.failure ??= { error };
    } finally {
      session?.close();
    }
  }

  private async next(): Promise<ClaimedTenant | undefined> {
    for (;;) {
      if (this.failure || this.work.signal.aborted || !this.work.mayGoOn()) return undefined;
      const slots = this.work.rollout.concurrencyPerServer;
      if (!this.exhausted && this.claimed.length < slots) this.claiming ??= this.claim(slots * AHEAD);
      const claimed = this.claimed.shift();
      if (claimed || !this.claiming) return claimed;
      await this.claiming;
    }
  }

  private async claim(count: number): Promise<void> {
    try {
      const { rollout, serverId, token } = this.work;
      const claimed = await this.tools.claims.claim(rollout, serverId, token, count);
      this.exhausted = claimed.length === 0;
      this.claimed.push(...claimed);
    } catch (error) {
      this.failure ??= { error };
    } finally {
      this.claiming = undefined;
    }
  }

  private async openFor(claimed: ClaimedTenant): Promise<MigrationSession> {
    try {
      return await this.tools.migrate.open(this.work.serverId);
    } catch (error) {
      this.claimed.push(claimed); // nothing was done to it
      throw error;
    }
  }

  /** What an exception leaves is taken up by the engine: its operation runs, and nobody holds its lock. */
  private async migrate({ tenant, operationId, lock }: ClaimedTenant, session: MigrationSession): Promise<void> {
    const { rollout, signal } = this.work;
    try {
      const outcome = await attempt(this.tools.migrate, session, tenant, {
        direction: directionOf(rollout),
        target: targetOf(rollout, tenant),
        from: tenant.schemaVersion,
        allowLocking: rollout.allowLocking,
        signal: AbortSignal.any([signal, lock.signal]),
      });
      this.results.push({ tenantId: tenant.id, operationId, lock, ...outcome });
    } catch (error) {
      await lock.release();
      throw error;
    }
    const recorded = this.record();
    if (this.results.length > rollout.concurrencyPerServer * AHEAD) await recorded;
  }

  private record(): Promise<void> {
    this.recording ??= this.writeDown().finally(() => {
      this.recording = undefined;
    });
    return this.recording;
  }

  private async writeDown(): Promise<void> {
    const { rollout, token } = this.work;
    await sleep(GATHER_MS);
    while (this.results.length > 0) {
      const results = this.results.splice(0);
      try {
        await this.tools.results.record(rollout.id, directionOf(rollout), results, token);
        if (results.some(({ outcome }) => outcome === 'failed')) await this.tools.results.stopAfterFailures(rollout);
      } catch (error) {
        this.failure ??= { error };
      } finally {
        await this.tools.locks.releaseAll(results);
      }
    }
  }
}
