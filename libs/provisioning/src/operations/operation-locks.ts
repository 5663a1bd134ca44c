import { isUnreachable, unavailable } from '@finvera/common';
import { MasterConfig } from '@finvera/master-data';
import { type OpenConnection, openConnection } from '@finvera/tenancy';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { RowDataPacket } from 'mysql2';

const CONNECT_TIMEOUT_MS = 3_000;
/** No lock is waited for: a server that takes longer is not heard any more. */
const ANSWER_MAX_MS = 5_000;
/** Shorter than any server's wait_timeout. */
const KEEP_ALIVE_MS = 30_000;

/** The right to work on one operation. */
export interface OperationLock {
  /** Aborted when the lock is lost. */
  readonly signal: AbortSignal;
  release(): Promise<void>;
}

/**
 * Locks that die with their holder: MySQL's GET_LOCK on one connection of this process. After a `kill -9` the server
 * frees them at once, so that whoever sees a free lock beside a running operation knows that nobody works on it.
 */
@Injectable()
export class OperationLocks implements OnApplicationShutdown {
  private session?: Promise<OpenConnection>;
  private current?: OpenConnection;
  private readonly held = new Map<string, AbortController>();
  /** Asked for and not answered: nothing to lose yet, when the connection ends and they are asked for over the next one. */
  private readonly asked = new Set<string>();
  private keepAlive?: NodeJS.Timeout;

  constructor(private readonly config: MasterConfig) {}

  /** @returns the lock, or null when somebody has it */
  async tryAcquire(operationId: string): Promise<OperationLock | null> {
    return (await this.tryAcquireAll([operationId]))[0]!;
  }

  /** In one round trip; null in the place of each that somebody has. */
  async tryAcquireAll(operationIds: readonly string[]): Promise<(OperationLock | null)[]> {
    const wanted = operationIds.filter((id) => !this.held.has(id) && !this.asked.has(id));
    for (const id of wanted) this.asked.add(id);
    try {
      const got = await this.getLocks(wanted);
      return operationIds.map((id) => (got.has(id) ? this.hold(id) : null));
    } finally {
      for (const id of wanted) this.asked.delete(id);
    }
  }

  private hold(operationId: string): OperationLock {
    const controller = new AbortController();
    this.held.set(operationId, controller);
    return { signal: controller.signal, release: () => this.release([[operationId, controller.signal]]) };
  }

  /** In one round trip. */
  releaseAll(locks: readonly { operationId: string; lock: OperationLock }[]): Promise<void> {
    return this.release(locks.map(({ operationId, lock }) => [operationId, lock.signal]));
  }

  private async getLocks(operationIds: readonly string[], retried = false): Promise<Set<string>> {
    if (operationIds.length === 0) return new Set();
    const connection = await this.connection();
    try {
      const [row] = await query<Record<string, number | string | null>>(
        connection,
        `SELECT ${operationIds.map((_, index) => `GET_LOCK(?, 0) AS got${index}`).join(', ')}`,
        operationIds.map(name),
      );
      return new Set(operationIds.filter((_, index) => Number(row?.[`got${index}`]) === 1));
    } catch (error) {
      if (!isUnreachable(error)) throw error;
      // the driver does not always tell that a connection ended while nothing was asked of it
      this.lost(connection);
      if (retried) throw error;
      return this.getLocks(operationIds, true);
    }
  }

  /** After those who hold locks have ended their work. */
  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.keepAlive);
    const connection = await this.session?.catch(() => undefined);
    connection?.destroy();
  }

  private async release(locks: readonly (readonly [operationId: string, signal: AbortSignal])[]): Promise<void> {
    const held = locks.filter(([id, signal]) => this.held.get(id)?.signal === signal).map(([id]) => id);
    for (const id of held) this.held.delete(id);
    const connection = held.length > 0 && (await this.session?.catch(() => undefined));
    if (connection)
      await query(connection, `DO ${held.map(() => 'RELEASE_LOCK(?)').join(', ')}`, held.map(name)).catch(
        () => undefined,
      );
  }

  private connection(): Promise<OpenConnection> {
    this.session ??= this.open();
    return this.session;
  }

  private async open(): Promise<OpenConnection> {
    try {
      const connection = await openConnection({
        host: this.config.MASTER_DB_HOST,
        port: this.config.MASTER_DB_PORT,
        user: this.config.MASTER_DB_USER,
        password: this.config.MASTER_DB_PASSWORD,
        connectTimeoutMs: CONNECT_TIMEOUT_MS,
      });
      connection.on('error', () => this.lost(connection));
      connection.on('end', () => this.lost(connection));
      this.current = connection;
      this.keepAlive = setInterval(
        () => query(connection, 'DO 0', []).catch(() => this.lost(connection)),
        KEEP_ALIVE_MS,
      ).unref();
      return connection;
    } catch (error) {
      this.session = undefined;
      throw error;
    }
  }

  /**
   * Nobody holds a lock any more that this connection held. It has ended by itself: destroying it here would keep the
   * driver from telling those whose statements are under way.
   */
  private lost(connection: OpenConnection): void {
    if (this.current !== connection) return;
    this.current = undefined;
    clearInterval(this.keepAlive);
    this.session = undefined;
    for (const controller of this.held.values()) controller.abort(lockLost());
    this.held.clear();
  }
}

const name = (operationId: string) => `finvera:op:${operationId}`;

function query<Row>(connection: OpenConnection, sql: string, parameters: unknown[]): Promise<Row[]> {
  const late = setTimeout(() => connection.breakOff(silent()), ANSWER_MAX_MS);
  return new Promise<Row[]>((resolve, reject) =>
    connection.query<RowDataPacket[]>(sql, parameters, (error, rows) =>
      error ? reject(error) : resolve(rows as Row[]),
    ),
  ).finally(() => clearTimeout(late));
}

const silent = () =>
  Object.assign(new Error(`no answer from the master database within ${ANSWER_MAX_MS} ms`), { code: 'ETIMEDOUT' });

const lockLost = () =>
  unavailable('database_unavailable', 'The master database was lost while working on it; try again shortly.', 1);
