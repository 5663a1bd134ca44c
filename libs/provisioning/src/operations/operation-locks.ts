import { MasterConfig } from '@finvera/master-data';
import { openConnection } from '@finvera/tenancy';
import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { Connection } from 'mysql2';
import type { RowDataPacket } from 'mysql2';

const CONNECT_TIMEOUT_MS = 3_000;
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
export class OperationLocks implements OnModuleDestroy {
  private session?: Promise<Connection>;
  private readonly held = new Map<string, AbortController>();
  private keepAlive?: NodeJS.Timeout;

  constructor(private readonly config: MasterConfig) {}

  /** @returns the lock, or null when somebody has it */
  async tryAcquire(operationId: string): Promise<OperationLock | null> {
    if (this.held.has(operationId)) return null;
    const controller = new AbortController();
    this.held.set(operationId, controller);
    try {
      const connection = await this.connection();
      const [row] = await query<{ got: number | string | null }>(connection, 'SELECT GET_LOCK(?, 0) AS got', [
        name(operationId),
      ]);
      if (Number(row?.got) !== 1) {
        this.held.delete(operationId);
        return null;
      }
      return { signal: controller.signal, release: () => this.release(operationId, controller) };
    } catch (error) {
      this.held.delete(operationId);
      throw error;
    }
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.keepAlive);
    const connection = await this.session?.catch(() => undefined);
    connection?.destroy();
  }

  private async release(operationId: string, controller: AbortController): Promise<void> {
    if (this.held.get(operationId) !== controller) return;
    this.held.delete(operationId);
    const connection = await this.session?.catch(() => undefined);
    if (connection) await query(connection, 'SELECT RELEASE_LOCK(?)', [name(operationId)]).catch(() => undefined);
  }

  private connection(): Promise<Connection> {
    this.session ??= this.open();
    return this.session;
  }

  private async open(): Promise<Connection> {
    try {
      const connection = await openConnection({
        host: this.config.MASTER_DB_HOST,
        port: this.config.MASTER_DB_PORT,
        user: this.config.MASTER_DB_USER,
        password: this.config.MASTER_DB_PASSWORD,
        connectTimeoutMs: CONNECT_TIMEOUT_MS,
      });
      connection.on('error', () => this.lost());
      connection.on('end', () => this.lost());
      this.keepAlive = setInterval(() => connection.ping(() => undefined), KEEP_ALIVE_MS).unref();
      return connection;
    } catch (error) {
      this.session = undefined;
      throw error;
    }
  }

  private lost(): void {
    clearInterval(this.keepAlive);
    this.session = undefined;
    for (const controller of this.held.values()) controller.abort(new Error('the lock on the operation was lost'));
    this.held.clear();
  }
}

const name = (operationId: string) => `finvera:op:${operationId}`;

const query = <Row>(connection: Connection, sql: string, parameters: unknown[]): Promise<Row[]> =>
  new Promise((resolve, reject) =>
    connection.query<RowDataPacket[]>(sql, parameters, (error, rows) =>
      error ? reject(error) : resolve(rows as Row[]),
    ),
  );
