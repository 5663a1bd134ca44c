import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Redis } from 'ioredis';
import type { RowDataPacket } from 'mysql2';
import { type MariadbServer, startMariadb } from '../../../scripts/lib/mariadb.mjs';
import { givenOwnRedis, type OwnRedis } from '../own-redis.js';
import { givenPlatform, type Platform } from '../platform.js';
import { until } from '../process.js';
import { StandStill } from './stand-still.js';

const NEWER_RELEASE = fileURLToPath(new URL('../rollouts/newer-release.mjs', import.meta.url));
/** Within which everything must be finished or undone after services are back. */
const RECOVERY_MAX_MS = 120_000;

const SETTINGS = {
  USE_SEPARATE_DB_USERS: 'true',
  RECONCILE_EVERY_MS: '100',
  CREDENTIALS_SETTLE_MS: '5000', // the least that is allowed
  CREDENTIALS_DRAIN_MS: '0',
  OPERATIONS_CONCURRENCY: '16',
  CREATIONS_PER_SERVER: '16',
  MASTER_DB_STATEMENT_TIMEOUT_MS: '120000', // others wait behind a process that stands still with a lock
};

export interface OperationRow {
  id: string;
  kind: string;
  tenant_id: string;
  /** null when the record is gone: a creation was undone */
  subdomain: string | null;
  status: string;
  step: string | null;
  error_code: string | null;
}

/** A platform whose database server and Redis are its own, so that a test may kill them; its disk writes are durable. */
export class Lane {
  private constructor(
    private readonly folder: string,
    public mariadb: MariadbServer,
    readonly redis: OwnRedis,
    readonly platform: Platform,
    readonly still: StandStill,
  ) {}

  static async start(): Promise<Lane> {
    const folder = mkdtempSync(join(tmpdir(), 'finvera-matrix-db-'));
    const mariadb = await startMariadb({ dir: folder, fast: false });
    const redis = await givenOwnRedis();
    const still = new StandStill(`--import=${NEWER_RELEASE}`);
    const env = { ...SETTINGS, REDIS_URL: redis.url, ...still.env };
    return new Lane(folder, mariadb, redis, await givenPlatform({ database: mariadb, env }), still);
  }

  async stop(): Promise<void> {
    await this.platform.stop();
    await this.mariadb.stop();
    await this.redis.stop();
    rmSync(this.folder, { recursive: true, force: true });
    this.still.end();
  }

  killMariadb = () => this.mariadb.kill();

  async reviveMariadb(): Promise<void> {
    this.mariadb = await startMariadb({ dir: this.folder, port: this.mariadb.port, fast: false });
  }

  async restartApi(): Promise<void> {
    this.platform.startApi();
    await this.platform.untilReady();
  }

  async flushRedis(): Promise<void> {
    const redis = new Redis(this.redis.url);
    await redis.flushall();
    await redis.quit();
  }

  /** Ends connections on the server's side. @param hosts theirs; all of the platform when left away */
  async cutConnections(hosts?: readonly string[]): Promise<void> {
    const connection = await this.platform.connect();
    const [rows] = await connection.query<RowDataPacket[]>(
      "SELECT id, host FROM information_schema.processlist WHERE id <> CONNECTION_ID() AND user <> 'system user' AND user <> 'event_scheduler'",
    );
    for (const { id, host } of rows)
      if (!hosts || hosts.includes(host)) await connection.query('KILL ?', [Number(id)]).catch(() => undefined);
    await connection.end();
  }

  /** Until everything has ended; while the database is away nobody knows. @returns those of the kind, newest first */
  untilAllEnded(kind: string, since: string): Promise<OperationRow[]> {
    return until(
      async () => {
        if ((await this.unfinished().catch(() => 1)) > 0) return undefined;
        const rows = await this.operations(kind, since).catch(() => []);
        return rows.length > 0 && rows;
      },
      `${kind} has ended\n${this.platform.worker!.output.slice(-3_000)}`,
      RECOVERY_MAX_MS,
    );
  }

  /** Newest first. */
  operations(kind: string, since: string): Promise<OperationRow[]> {
    return this.platform.sql<OperationRow>(
      `SELECT o.id, o.kind, o.tenant_id, t.subdomain, o.status, o.step, o.error_code FROM tenant_operations o
         LEFT JOIN tenant_master t ON t.id = o.tenant_id
        WHERE o.kind = ? AND o.created_at >= ? ORDER BY o.created_at DESC, o.id DESC`,
      [kind, since],
    );
  }

  async now(): Promise<string> {
    const [row] = await this.platform.sql<{ now: string }>('SELECT CAST(CURRENT_TIMESTAMP(6) AS CHAR) AS now');
    return row!.now;
  }

  private async unfinished(): Promise<number> {
    const [row] = await this.platform.sql<{ n: string }>(
      `SELECT (SELECT COUNT(*) FROM tenant_operations WHERE status IN ('queued', 'running', 'undoing'))
            + (SELECT COUNT(*) FROM migration_rollouts WHERE status IN ('running', 'rolling_back')) AS n`,
    );
    return Number(row!.n);
  }
}
