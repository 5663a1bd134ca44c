import { newUuid } from '@finvera/common';
import type { Rollout } from '@finvera/master-data';
import { Injectable } from '@nestjs/common';
import { type OperationLock, OperationLocks } from '../operations/operation-locks.js';
import { nextOpening } from './upgrade-window.js';
import { type DueTenant, directionOf, RolloutStore } from './rollout-store.js';

/** Due companies looked at in one go. */
const PAGE = 50;
/** A company with another operation is asked again after so long. */
const OPERATION_RETRY_MS = 10_000;
/** Companies that have a database and can be migrated; others are upgraded when they come back. */
const MIGRATABLE = new Set(['active', 'suspended']);

/** A company that this process works on. */
export interface ClaimedTenant {
  tenant: DueTenant;
  operationId: string;
  lock: OperationLock;
}

interface Postponed {
  tenant: DueTenant;
  until: Date;
  why: { code: string; message: string };
}

/** Takes companies whose turn has come, and says of others why it has not. */
@Injectable()
export class ClaimTenants {
  constructor(
    private readonly store: RolloutStore,
    private readonly locks: OperationLocks,
  ) {}

  /**
   * @param token marks the operations as this process's
   * @returns up to `count` companies of one server; none when nothing is due there
   */
  async claim(rollout: Rollout, serverId: string, token: string, count: number): Promise<ClaimedTenant[]> {
    for (;;) {
      const due = await this.store.due(rollout, serverId, PAGE);
      if (due.length === 0) return [];
      const ready: DueTenant[] = [];
      const postponed: Postponed[] = [];
      for (const tenant of due) {
        if (ready.length === count) break;
        if (await this.isReady(rollout, serverId, tenant, postponed)) ready.push(tenant);
      }
      for (const { tenants, until, why } of alike(postponed)) await this.store.defer(rollout.id, tenants, until, why);
      const claimed = ready.length > 0 ? await this.take(rollout, ready, token) : [];
      if (claimed.length > 0) return claimed;
    }
  }

  /** Companies that were claimed and not begun: as if they had not been. */
  async giveBack(rollout: Rollout, claimed: readonly ClaimedTenant[], token: string): Promise<void> {
    await this.store.giveBack(
      rollout.id,
      claimed.map(({ operationId }) => operationId),
      token,
    );
    await this.locks.releaseAll(claimed);
  }

  private async isReady(rollout: Rollout, serverId: string, tenant: DueTenant, postponed: Postponed[]) {
    if (tenant.serverId !== serverId) {
      await this.store.follow(rollout.id, tenant);
      return false;
    }
    if (!MIGRATABLE.has(tenant.status)) {
      const message = `The company is ${tenant.status}.`;
      await this.store.skip(rollout.id, tenant.id, { code: 'tenant_status', message });
      return false;
    }
    if (directionOf(rollout) === 'down') return true; // the way back does not wait
    if (tenant.holdReason !== null) {
      await this.store.skip(rollout.id, tenant.id, { code: 'held', message: tenant.holdReason });
      return false;
    }
    const until = openFrom(tenant, new Date());
    if (until) postponed.push({ tenant, ...until });
    return until === null;
  }

  private async take(rollout: Rollout, tenants: readonly DueTenant[], token: string): Promise<ClaimedTenant[]> {
    const ids = tenants.map(() => newUuid());
    const locks = await this.locks.tryAcquireAll(ids);
    const wanted = tenants.flatMap((tenant, index) => {
      const lock = locks[index];
      return lock ? [{ tenant, operationId: ids[index]!, lock }] : [];
    });
    const taken = await this.store.take(rollout, wanted, token).catch(async (error: unknown) => {
      await this.locks.releaseAll(wanted);
      throw error;
    });
    const busy = wanted.filter(({ operationId }) => !taken.has(operationId));
    await this.locks.releaseAll(busy);
    await this.store.defer(
      rollout.id,
      busy.map(({ tenant }) => tenant.id),
      new Date(Date.now() + OPERATION_RETRY_MS),
      { code: 'operation_running', message: 'Another operation is at work on the company; its turn comes after.' },
    );
    return wanted.filter(({ operationId }) => taken.has(operationId));
  }
}

function openFrom(
  { migrateNotBefore, upgradeWindow, timeZone }: DueTenant,
  now: Date,
): Omit<Postponed, 'tenant'> | null {
  if (migrateNotBefore && migrateNotBefore > now)
    return {
      until: migrateNotBefore,
      why: { code: 'not_before', message: 'The company is not to be migrated before then.' },
    };
  const opening = upgradeWindow && nextOpening(upgradeWindow, timeZone ?? 'UTC', now);
  if (!opening) return null;
  const message = `Waits for its upgrade window ${upgradeWindow} (${timeZone ?? 'UTC'}).`;
  return { until: opening, why: { code: 'window_closed', message } };
}

/** Those that wait for the same, so that each reason costs one statement. */
function alike(postponed: readonly Postponed[]) {
  const groups = new Map<string, { tenants: string[]; until: Date; why: Postponed['why'] }>();
  for (const { tenant, until, why } of postponed) {
    const key = `${until.getTime()} ${why.message}`;
    const group = groups.get(key) ?? { tenants: [], until, why };
    group.tenants.push(tenant.id);
    groups.set(key, group);
  }
  return groups.values();
}
