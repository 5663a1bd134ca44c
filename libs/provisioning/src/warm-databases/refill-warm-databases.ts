import { DatabaseServer } from '@finvera/master-data';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { randomBytes } from 'node:crypto';
import type { Repository } from 'typeorm';
import { inTransaction, TenantDatabaseBuilder } from '../create-tenant/tenant-database-builder.js';
import { OperationLocks } from '../operations/operation-locks.js';
import { ProvisioningConfig } from '../provisioning.config.js';
import { ServerConnections } from '../servers/server-connections.js';
import { dropDatabase } from '../servers/tenant-database.js';
import { TENANT_SCHEMA, type TenantSchema } from '../tenant-schema.js';
import { type WarmDatabase, WarmDatabaseStore } from './warm-database-store.js';

export interface Refilled {
  built: number;
  dropped: number;
}

/**
 * Keeps on each active server as many databases ready as the setting says: tables and default data, of the present
 * schema. Those of an older schema, those too many and those that a crash left half-made are dropped.
 */
@Injectable()
export class RefillWarmDatabases {
  private readonly logger = new Logger(RefillWarmDatabases.name);

  constructor(
    @InjectRepository(DatabaseServer) private readonly servers: Repository<DatabaseServer>,
    @Inject(TENANT_SCHEMA) private readonly schema: TenantSchema,
    private readonly config: ProvisioningConfig,
    private readonly store: WarmDatabaseStore,
    private readonly connections: ServerConnections,
    private readonly builder: TenantDatabaseBuilder,
    private readonly locks: OperationLocks,
  ) {}

  /**
   * One look at all servers. A server that another process is filling is left to it, one that cannot be reached is
   * logged and left for the next look.
   * @param signal ends it after the database that is being made
   */
  async run(signal?: AbortSignal): Promise<Refilled> {
    const total: Refilled = { built: 0, dropped: 0 };
    const wanted = (await this.builder.canPrepare()) ? this.config.WARM_DATABASES_PER_SERVER : 0;
    const rows = await this.store.list();
    for (const { id, status } of await this.servers.find({ select: { id: true, status: true } })) {
      const own = rows.filter(({ serverId }) => serverId === id);
      const target = status === 'active' ? wanted : 0;
      if (signal?.aborted || this.isAsWanted(own, target)) continue;
      try {
        const { built, dropped } = await this.fill(id, target, signal);
        total.built += built;
        total.dropped += dropped;
      } catch (error) {
        this.logger.warn({ msg: 'databases could not be made ready', server_id: id, err: error });
      }
    }
    return total;
  }

  private isAsWanted(rows: readonly WarmDatabase[], target: number): boolean {
    const open = rows.filter(({ status }) => status !== 'claimed');
    return open.length === target && open.every((row) => row.status === 'ready' && !this.isOutdated(row));
  }

  private async fill(serverId: string, target: number, signal?: AbortSignal): Promise<Refilled> {
    const refilled: Refilled = { built: 0, dropped: 0 };
    const lock = await this.locks.tryAcquire(`warm:${serverId}`);
    if (!lock) return refilled;
    try {
      const { kept, dropped } = await this.sort(await this.store.list(serverId), target);
      await this.drop(serverId, dropped);
      refilled.dropped = dropped.length;
      for (let ready = kept; ready < target && !lock.signal.aborted && !signal?.aborted; ready += 1) {
        await this.build(serverId);
        refilled.built += 1;
      }
      return refilled;
    } finally {
      await lock.release();
    }
  }

  /** Decides which stay. Who is claimed belongs to an operation; what a newer version made is left to that version. */
  private async sort(rows: readonly WarmDatabase[], target: number): Promise<{ kept: number; dropped: string[] }> {
    const dropped: string[] = [];
    let kept = 0;
    for (const row of rows) {
      if (row.status === 'claimed') continue;
      const stays = row.status === 'ready' && !this.isOutdated(row) && kept < target;
      if (stays) kept += 1;
      else if (row.status === 'dropping' || (await this.store.turn(row.dbName, row.status, 'dropping')))
        dropped.push(row.dbName);
    }
    return { kept, dropped };
  }

  private isOutdated({ schemaVersion }: WarmDatabase): boolean {
    return BigInt(schemaVersion) < BigInt(this.schema.schemaVersion);
  }

  private async drop(serverId: string, names: readonly string[]): Promise<void> {
    if (names.length === 0) return;
    await this.connections.use(serverId, async (session) => {
      for (const name of names) {
        await dropDatabase(session, name);
        await this.store.forget(name);
      }
    });
  }

  private async build(serverId: string): Promise<void> {
    const name = warmName();
    await this.store.add(name, serverId, this.schema.schemaVersion);
    await this.connections.use(
      serverId,
      async (session) => {
        await this.builder.prepare(session, name);
        await inTransaction(session, (tx) => this.schema.seedDefaults(tx));
      },
      { scripts: true },
    );
    if (await this.store.turn(name, 'building', 'ready')) return;
    await this.connections.use(serverId, (session) => dropDatabase(session, name)); // taken for left behind meanwhile
  }
}

/** Begins like no tenant's database, so that nobody takes it for one. */
const warmName = () => `warm_finvera_${Date.now()}_${randomBytes(4).toString('hex')}`;
