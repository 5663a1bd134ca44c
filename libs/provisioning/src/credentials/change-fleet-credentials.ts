import type { Actor } from '@finvera/common';
import { Injectable } from '@nestjs/common';
import { type FleetProgress, type FleetResult, type FleetWork, OperateFleet } from '../operations/operate-fleet.js';
import { ChangeCredentials, CHANGEABLE_STATUSES } from './change-credentials.js';

const WATCH_MAX_MINUTES = 20;

export interface FleetChange {
  /** `rotate`: a new password for those with a user of their own; `harden`: a user of their own for the others */
  change: 'rotate' | 'harden';
  /** only those whose password is older than so many seconds */
  olderThanSeconds?: number;
  /** companies of one database server that are changed at the same time */
  concurrencyPerServer: number;
}

/** Changes the database users of many companies, each by an operation of its own. */
@Injectable()
export class ChangeFleetCredentials {
  constructor(
    private readonly fleet: OperateFleet,
    private readonly credentials: ChangeCredentials,
  ) {}

  /** How many companies each server has that would be changed. */
  plan(change: FleetChange): Promise<{ server: string; companies: number }[]> {
    return this.fleet.plan(condition(change));
  }

  run(change: FleetChange, actor: Actor, onProgress?: (progress: FleetProgress) => void): Promise<FleetResult> {
    const { concurrencyPerServer } = change;
    const work = { ...condition(change), ...this.work(change.change, actor), concurrencyPerServer };
    return this.fleet.run(work, onProgress);
  }

  /**
   * Changes one company and comes back when it is done.
   * @throws DomainError as `ChangeCredentials` does; and when the operation failed or was undone, with its code
   */
  changeOne(change: FleetChange['change'], tenantId: string, actor: Actor): Promise<void> {
    return this.fleet.one(this.work(change, actor), tenantId);
  }

  private work(change: FleetChange['change'], actor: Actor): Pick<FleetWork, 'start' | 'watchMaxMinutes'> {
    const { credentials } = this;
    return {
      start: (id) => (change === 'rotate' ? credentials.rotatePassword(id, actor) : credentials.harden(id, actor)),
      watchMaxMinutes: WATCH_MAX_MINUTES,
    };
  }
}

/** Which companies: constant SQL, chosen by what was asked for. */
function condition({ change, olderThanSeconds }: FleetChange): { where: string; parameters: unknown[] } {
  const where = [
    't.db_provisioned = 1',
    't.status IN (?)',
    change === 'rotate' ? 't.db_user IS NOT NULL' : 't.db_user IS NULL',
  ];
  const parameters: unknown[] = [CHANGEABLE_STATUSES];
  if (olderThanSeconds !== undefined) {
    where.push('t.db_credentials_at < UTC_TIMESTAMP(6) - INTERVAL ? SECOND');
    parameters.push(olderThanSeconds);
  }
  return { where: where.join(' AND '), parameters };
}
