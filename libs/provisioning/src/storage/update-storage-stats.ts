import { DatabaseServer } from '@finvera/master-data';
import { Injectable, Logger } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, Not } from 'typeorm';
import { ServerConnections } from '../servers/server-connections.js';
import { databaseSizesMb } from '../servers/tenant-database.js';
import { type MeasuredSize, RecordSizes } from './record-sizes.js';

const PAGE = 1_000;

export interface StorageMeasured {
  tenants_measured: number;
  /** alerts, suspensions, read-only, and the end of them */
  limits_applied: number;
  /** they did not answer: their companies keep their former figures */
  servers_not_measured: number;
}

/** Measures what each tenant's database takes on disk: one query per server. */
@Injectable()
export class UpdateStorageStats {
  private readonly logger = new Logger(UpdateStorageStats.name);

  constructor(
    @InjectDataSource() private readonly master: DataSource,
    private readonly servers: ServerConnections,
    private readonly sizes: RecordSizes,
  ) {}

  /** @param signal ends it after the server that is being measured */
  async run(signal?: AbortSignal): Promise<StorageMeasured> {
    const total: StorageMeasured = { tenants_measured: 0, limits_applied: 0, servers_not_measured: 0 };
    const servers = await this.master
      .getRepository(DatabaseServer)
      .find({ select: { id: true }, where: { status: Not('retired') } });
    for (const { id } of servers) {
      signal?.throwIfAborted();
      try {
        await this.measure(id, total);
      } catch (error) {
        total.servers_not_measured += 1;
        this.logger.warn({ msg: 'companies of a server not measured', server_id: id, err: error });
      }
    }
    return total;
  }

  private async measure(serverId: string, total: StorageMeasured): Promise<void> {
    const sizes = await this.servers.use(serverId, (session) => databaseSizesMb(session));
    for (let last = ''; ; ) {
      const page: { id: string; db_name: string }[] = await this.master.query(
        'SELECT id, db_name FROM tenant_master WHERE server_id = ? AND db_provisioned = 1 AND id > ? ORDER BY id LIMIT ?',
        [serverId, last, PAGE],
      );
      const measured = page.flatMap(({ id, db_name }): MeasuredSize[] => {
        const usedMb = sizes.get(db_name);
        return usedMb === undefined ? [] : [{ tenantId: id, usedMb }];
      });
      total.limits_applied += await this.sizes.record(measured);
      total.tenants_measured += measured.length;
      if (page.length < PAGE) return;
      last = page.at(-1)!.id;
    }
  }
}
