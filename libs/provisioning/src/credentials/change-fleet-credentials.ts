import { type Actor, DomainError } from '@finvera/common';
import { DatabaseServer, type Operation } from '@finvera/master-data';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { setTimeout as sleep } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import { OperationRunner } from '../operations/operation-runner.js';
import { OperationStore } from '../operations/operation-store.js';
import { ChangeCredentials, CHANGEABLE_STATUSES } from './change-credentials.js';

const PAGE = 100;
const LOOK_EVERY_MS = 200;
/** How long a company that another operation is at work on is waited for. */
const BUSY_MAX_MS = 60_000;
/** How long one operation is watched; it goes on without us. */
const WATCH_MAX_MS = 1_200_000;
const FAILURES_KEPT = 1_000;
const FINISHED = ['succeeded', 'failed', 'undone', 'cancelled'];

export interface FleetChange {
  /** `rotate`: a new password for those with a user of their own; `harden`: a user of their own for the others */
  change: 'rotate' | 'harden';
  /** only those whose password is older than so many seconds */
  olderThanSeconds?: number;
  /** companies of one database server that are changed at the same time */
  concurrencyPerServer: number;
}

export interface FleetFailure {
  tenant_id: string;
  subdomain: string;
  code: string;
  message: string;
}

export interface FleetProgress {
  total: number;
  changed: number;
  failed: number;
}

export interface FleetResult extends FleetProgress {
  /** the first thousand */
  failures: FleetFailure[];
}

interface Candidate {
  id: string;
  subdomain: string;
}

/**
 * Changes the database users of many companies, a bounded number per server at a time. Each is an operation of its own,
 * which this process works on when no worker does. Killed, it is simply started again: what is begun goes on by itself,
 * and what is done is not found any more.
 */
@Injectable()
export class ChangeFleetCredentials {
  constructor(
    @InjectDataSource() private readonly master: DataSource,
    private readonly credentials: ChangeCredentials,
    private readonly store: OperationStore,
    private readonly runner: OperationRunner,
  ) {}

  /** How many companies each server has that would be changed. */
  async plan(fleet: FleetChange): Promise<{ server: string; companies: number }[]> {
    const { where, parameters } = condition(fleet);
    const rows: { server: string; companies: string }[] = await this.master.query(
      `SELECT s.name AS server, COUNT(*) AS companies FROM tenant_master t JOIN database_servers s ON s.id = t.server_id
        WHERE ${where} GROUP BY s.name ORDER BY s.name`,
      parameters,
    );
    return rows.map(({ server, companies }) => ({ server, companies: Number(companies) }));
  }

  async run(fleet: FleetChange, actor: Actor, onProgress?: (progress: FleetProgress) => void): Promise<FleetResult> {
    const total = (await this.plan(fleet)).reduce((sum, { companies }) => sum + companies, 0);
    const result: FleetResult = { total, changed: 0, failed: 0, failures: [] };
    const servers = await this.master.getRepository(DatabaseServer).find({ select: { id: true } });
    const change = async (candidates: AsyncGenerator<Candidate>) => {
      for await (const candidate of candidates) {
        const failure = await this.failureOf(fleet.change, candidate, actor);
        if (failure === null) result.changed += 1;
        else {
          result.failed += 1;
          if (result.failures.length < FAILURES_KEPT) result.failures.push(failure);
        }
        onProgress?.(result);
      }
    };
    await Promise.all(
      servers.map(({ id }) => {
        const candidates = this.candidates(fleet, id); // all take from one: each company is given out once
        return Promise.all(Array.from({ length: fleet.concurrencyPerServer }, () => change(candidates)));
      }),
    );
    return result;
  }

  private async *candidates(fleet: FleetChange, serverId: string): AsyncGenerator<Candidate> {
    const { where, parameters } = condition(fleet);
    for (let last = ''; ; ) {
      const page: Candidate[] = await this.master.query(
        `SELECT t.id, t.subdomain FROM tenant_master t WHERE ${where} AND t.server_id = ? AND t.id > ? ORDER BY t.id LIMIT ?`,
        [...parameters, serverId, last, PAGE],
      );
      yield* page;
      if (page.length < PAGE) return;
      last = page.at(-1)!.id;
    }
  }

  /**
   * Changes one company and comes back when it is done.
   * @throws DomainError as `ChangeCredentials` does; and when the operation failed or was undone, with its code
   */
  async changeOne(change: FleetChange['change'], tenantId: string, actor: Actor): Promise<void> {
    const { id, status, errorCode, errorMessage } = await this.finished(await this.start(change, tenantId, actor));
    if (status === 'succeeded') return;
    throw new DomainError(
      errorCode ?? status,
      409,
      `The operation ${id} is ${status}: ${errorMessage ?? 'no reason noted'}`,
    );
  }

  private async failureOf(change: FleetChange['change'], { id, subdomain }: Candidate, actor: Actor) {
    try {
      await this.changeOne(change, id, actor);
      return null;
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      return { tenant_id: id, subdomain, code: error.code, message: error.message };
    }
  }

  /** @returns id of the operation */
  private async start(change: FleetChange['change'], tenantId: string, actor: Actor): Promise<string> {
    for (const deadline = performance.now() + BUSY_MAX_MS; ; await sleep(LOOK_EVERY_MS)) {
      try {
        const started = change === 'rotate' ? this.credentials.rotatePassword : this.credentials.harden;
        return (await started.call(this.credentials, tenantId, actor)).id;
      } catch (error) {
        const busy = error instanceof DomainError && error.code === 'operation_running';
        if (!busy || performance.now() > deadline) throw error;
      }
    }
  }

  /** Works on it when nobody does, until it is finished. */
  private async finished(operationId: string): Promise<Operation> {
    for (const deadline = performance.now() + WATCH_MAX_MS; ; await sleep(LOOK_EVERY_MS)) {
      const operation = await this.store.find(operationId);
      if (!operation || FINISHED.includes(operation.status)) return operation!;
      if (performance.now() > deadline)
        throw new DomainError('operation_running', 409, `The operation ${operationId} is still at work.`);
      const waits = operation.notBefore !== null && operation.notBefore.getTime() > Date.now();
      if (!waits) await this.runner.run(operationId).catch(() => undefined); // its row says what went wrong
    }
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
