import { DatabaseServer } from '@finvera/master-data';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { ServerConnections } from '../servers/server-connections.js';
import { databaseSizesMb } from '../servers/tenant-database.js';

/** Measures what each tenant's database takes on disk: one query per server. */
@Injectable()
export class UpdateStorageStats {
  constructor(
    @InjectDataSource() private readonly master: DataSource,
    private readonly servers: ServerConnections,
  ) {}

  /** @returns how many tenants were measured */
  async run(): Promise<number> {
    let measured = 0;
    for (const { id } of await this.master.getRepository(DatabaseServer).find({ select: { id: true } })) {
      const sizes = await this.servers.use(id, databaseSizesMb);
      const tenants: { id: string; db_name: string }[] = await this.master.query(
        'SELECT id, db_name FROM tenant_master WHERE server_id = ? AND db_provisioned = 1',
        [id],
      );
      for (const tenant of tenants) {
        const size = sizes.get(tenant.db_name);
        if (size === undefined) continue;
        await this.master.query(
          'UPDATE tenant_master SET storage_used_mb = ?, storage_measured_at = UTC_TIMESTAMP(6) WHERE id = ?',
          [size, tenant.id],
        );
        measured += 1;
      }
    }
    return measured;
  }
}
