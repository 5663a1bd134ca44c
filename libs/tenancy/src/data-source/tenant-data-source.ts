import type { Connection } from 'mysql2';
import { DataSource } from 'typeorm';
import type { ShareHistory, ShareStats, TenantShare } from '../connections/server-pool.js';
import { TenantMysqlDriver } from './tenant-mysql.driver.js';
import type { TenantTemplate } from './tenant-template.js';

/** The TypeORM DataSource of one tenant: reaches that tenant's database and no other. */
export class TenantDataSource extends DataSource {
  private constructor(
    /** id of the tenant whose database this is */
    readonly tenantId: string,
    database: string,
    private readonly share: TenantShare<Connection>,
  ) {
    super({ type: 'mysql', database });
    this.driver = new TenantMysqlDriver(this, database, share);
  }

  /** Adopts the template's metadata; opens no connection. */
  static open(
    template: TenantTemplate,
    tenantId: string,
    database: string,
    share: TenantShare<Connection>,
  ): TenantDataSource {
    const dataSource = new TenantDataSource(tenantId, database, share);
    return Object.assign(dataSource, {
      entityMetadatas: template.entityMetadatas,
      entityMetadatasMap: template.entityMetadatasMap,
      isInitialized: true,
    });
  }

  connectionStats(): ShareStats {
    return this.share.stats();
  }

  connectionHistory(): ShareHistory {
    return this.share.history();
  }
}
