import { DatabaseServer } from '@finvera/master-data';
import { Injectable, Logger } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, Not } from 'typeorm';
import { ServerConnections } from './server-connections.js';

/** Notes how busy each database server is: connections open and allowed, megabytes of its tenants. Placement reads it. */
@Injectable()
export class MeasureServers {
  private readonly logger = new Logger(MeasureServers.name);

  constructor(
    @InjectDataSource() private readonly master: DataSource,
    private readonly connections: ServerConnections,
  ) {}

  /** @returns how many answered */
  async run(): Promise<number> {
    let measured = 0;
    const servers = await this.master
      .getRepository(DatabaseServer)
      .find({ select: { id: true }, where: { status: Not('retired') } });
    for (const { id } of servers)
      try {
        await this.measure(id);
        measured += 1;
      } catch (error) {
        this.logger.warn({ msg: 'server not measured', server_id: id, err: error });
      }
    return measured;
  }

  private async measure(serverId: string): Promise<void> {
    const { open, max } = await this.connections.use(serverId, async (session) => {
      const [status] = await session.query<{ Value: string }>("SHOW GLOBAL STATUS LIKE 'Threads_connected'");
      const [limit] = await session.query<{ max: string }>('SELECT @@max_connections AS max');
      return { open: Number(status!.Value), max: Number(limit!.max) };
    });
    await this.master.query(
      `REPLACE INTO server_loads (server_id, open_connections, max_connections, storage_used_mb, measured_at)
         SELECT ?, ?, ?, COALESCE(SUM(storage_used_mb), 0), UTC_TIMESTAMP(6) FROM tenant_master WHERE server_id = ? AND db_provisioned = 1`,
      [serverId, open, max, serverId],
    );
  }
}
