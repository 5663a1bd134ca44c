import { DomainError } from '@finvera/common';
import { DatabaseServer, type Operation } from '@finvera/master-data';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { setTimeout as sleep } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import { OperationRunner } from './operation-runner.js';
import { OperationStore } from './operation-store.js';

const PAGE = 100;
const LOOK_EVERY_MS = 200;
/** How long a company that another operation is at work on is waited for. */
const BUSY_MAX_MS = 60_000;
const FAILURES_KEPT = 1_000;
const FINISHED = ['succeeded', 'failed', 'undone', 'cancelled'];

/** One operation on each of many companies. */
export interface FleetWork {
  /** Which companies, of `tenant_master t`: constant SQL. One that is done must not be found any more. */
  where: string;
  parameters: readonly unknown[];
  /** companies of one database server at the same time */
  concurrencyPerServer: number;
  start(tenantId: string): Promise<Operation>;
  /** Minutes for which one operation is watched; it goes on without us. */
  watchMaxMinutes: number;
  /** Ends the work after the operations that are under way. */
  signal?: AbortSignal;
}

export interface FleetFailure {
  tenant_id: string;
  subdomain: string;
  code: string;
  message: string;
}

export interface FleetProgress {
  total: number;
  done: number;
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
 * Does an operation on each of many companies, a bounded number per server at a time. This process works on them when no
 * worker does. Killed, it is simply started again: what is begun goes on by itself, what is done is not found any more.
 */
@Injectable()
export class OperateFleet {
  constructor(
    @InjectDataSource() private readonly master: DataSource,
    private readonly store: OperationStore,
    private readonly runner: OperationRunner,
  ) {}

  /** How many companies each server has that are meant. */
  async plan({
    where,
    parameters,
  }: Pick<FleetWork, 'where' | 'parameters'>): Promise<{ server: string; companies: number }[]> {
    const rows: { server: string; companies: string }[] = await this.master.query(
      `SELECT s.name AS server, COUNT(*) AS companies FROM tenant_master t JOIN database_servers s ON s.id = t.server_id
        WHERE ${where} GROUP BY s.name ORDER BY s.name`,
      [...parameters],
    );
    return rows.map(({ server, companies }) => ({ server, companies: Number(companies) }));
  }

  async run(work: FleetWork, onProgress?: (progress: FleetProgress) => void): Promise<FleetResult> {
    const total = (await this.plan(work)).reduce((sum, { companies }) => sum + companies, 0);
    const result: FleetResult = { total, done: 0, failed: 0, failures: [] };
    const servers = await this.master.getRepository(DatabaseServer).find({ select: { id: true } });
    const operate = async (candidates: AsyncGenerator<Candidate>) => {
      for await (const candidate of candidates) {
        if (work.signal?.aborted) return;
        const failure = await this.failureOf(work, candidate);
        if (failure === null) result.done += 1;
        else {
          result.failed += 1;
          if (result.failures.length < FAILURES_KEPT) result.failures.push(failure);
        }
        onProgress?.(result);
      }
    };
    await Promise.all(
      servers.map(({ id }) => {
        const candidates = this.candidates(work, id); // all take from one: each company is given out once
        return Promise.all(Array.from({ length: work.concurrencyPerServer }, () => operate(candidates)));
      }),
    );
    work.signal?.throwIfAborted();
    return result;
  }

  /**
   * One company; comes back when it is done.
   * @throws DomainError as `start` does; and when the operation failed or was undone, with its code
   */
  async one(work: Pick<FleetWork, 'start' | 'watchMaxMinutes'>, tenantId: string): Promise<void> {
    const started = await this.start(work, tenantId);
    const { id, status, errorCode, errorMessage } = await this.finished(started, work.watchMaxMinutes);
    if (status === 'succeeded') return;
    throw new DomainError(
      errorCode ?? status,
      409,
      `The operation ${id} is ${status}: ${errorMessage ?? 'no reason noted'}`,
    );
  }

  private async *candidates({ where, parameters }: FleetWork, serverId: string): AsyncGenerator<Candidate> {
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

  private async failureOf(work: FleetWork, { id, subdomain }: Candidate): Promise<FleetFailure | null> {
    try {
      await this.one(work, id);
      return null;
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      return { tenant_id: id, subdomain, code: error.code, message: error.message };
    }
  }

  /** @returns id of the operation */
  private async start({ start }: Pick<FleetWork, 'start'>, tenantId: string): Promise<string> {
    for (const deadline = performance.now() + BUSY_MAX_MS; ; await sleep(LOOK_EVERY_MS)) {
      try {
        return (await start(tenantId)).id;
      } catch (error) {
        const busy = error instanceof DomainError && error.code === 'operation_running';
        if (!busy || performance.now() > deadline) throw error;
      }
    }
  }

  /** Works on it when nobody does, until it is finished. */
  private async finished(operationId: string, maxMinutes: number): Promise<Operation> {
    for (const deadline = performance.now() + maxMinutes * 60_000; ; await sleep(LOOK_EVERY_MS)) {
      const operation = await this.store.find(operationId);
      if (!operation || FINISHED.includes(operation.status)) return operation!;
      if (performance.now() > deadline)
        throw new DomainError('operation_running', 409, `The operation ${operationId} is still at work.`);
      const waits = operation.notBefore !== null && operation.notBefore.getTime() > Date.now();
      if (!waits) await this.runner.run(operationId).catch(() => undefined); // its row says what went wrong
    }
  }
}
