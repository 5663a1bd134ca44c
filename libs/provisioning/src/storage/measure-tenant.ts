import { conflict } from '@finvera/common';
import { Injectable } from '@nestjs/common';
import { ServerConnections } from '../servers/server-connections.js';
import { databaseSizesMb } from '../servers/tenant-database.js';
import { FindTenants } from '../tenants/find-tenants.js';
import { RecordSizes } from './record-sizes.js';
import { type StorageDto, toStorageDto } from './storage.dto.js';

/** Measures one company's database now, and draws what follows. */
@Injectable()
export class MeasureTenant {
  constructor(
    private readonly tenants: FindTenants,
    private readonly servers: ServerConnections,
    private readonly sizes: RecordSizes,
  ) {}

  /**
   * @returns its storage, and what followed
   * @throws DomainError 404 `tenant_not_found`; 409 `tenant_status` when it has no database
   */
  async run(tenantId: string): Promise<StorageDto> {
    const { id, subdomain, serverId, dbName, dbProvisioned, status } = await this.tenants.one(tenantId);
    const sizes = dbProvisioned
      ? await this.servers.use(serverId, (session) => databaseSizesMb(session, dbName))
      : undefined;
    const usedMb = sizes?.get(dbName);
    if (usedMb === undefined)
      throw conflict('tenant_status', `The company ${subdomain} is ${status} and has no database to measure.`);
    await this.sizes.record([{ tenantId: id, usedMb }]);
    return toStorageDto(await this.tenants.one(id));
  }
}
