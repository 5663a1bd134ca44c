import type { Connection } from 'mysql2';
import { DomainError } from '@finvera/common';
import { DataSource, type QueryRunner } from 'typeorm';
import type { ShareHistory, ShareStats, TenantShare } from '../connections/tenant-share.js';
import { TenantReader } from '../replica/tenant-reader.js';
import type { TenantReplica } from '../replica/tenant-replica.js';
import { runStatement, TenantMysqlDriver } from './tenant-mysql.driver.js';
import type { TenantTemplate } from './tenant-template.js';

/** The TypeORM DataSource of one tenant: reaches that tenant's database and no other. */
export class TenantDataSource extends DataSource {
  /** Where its long reads go. */
  readonly reader: TenantReader;

  private constructor(
    /** id of the tenant whose database this is */
    readonly tenantId: string,
    database: string,
    private readonly share: TenantShare<Connection>,
    replica?: TenantReplica,
  ) {
    super({ type: 'mysql', database });
    this.driver = new TenantMysqlDriver(this, database, share);
    this.reader = new TenantReader(this, replica);
  }

  /** Adopts the template's metadata; opens no connection. @param replica goes with it */
  static open(
    template: TenantTemplate,
    tenantId: string,
    database: string,
    share: TenantShare<Connection>,
    replica?: TenantReplica,
  ): TenantDataSource {
    const dataSource = new TenantDataSource(tenantId, database, share, replica);
    return Object.assign(dataSource, {
      entityMetadatas: template.entityMetadatas,
      entityMetadatasMap: template.entityMetadatasMap,
      isInitialized: true,
    });
  }

  /** One statement on a connection of its own, without a query runner and its entity manager around it. */
  // biome-ignore lint/suspicious/noExplicitAny: TypeORM's own signature
  override query<T = any>(sql: string, parameters?: unknown[], queryRunner?: QueryRunner): Promise<T> {
    return queryRunner ? super.query(sql, parameters as never, queryRunner) : this.run<T>(sql, parameters);
  }

  /** As `query`, for lists that are read often: DATETIME arrives as text ("2026-11-24 09:30:00.000000", UTC), not as Date. */
  read<Row>(sql: string, parameters?: unknown[]): Promise<Row[]> {
    return this.run<Row[]>(sql, parameters, true);
  }

  private async run<T>(sql: string, parameters?: unknown[], dateStrings?: true): Promise<T> {
    const { connection, release } = await this.share.acquire();
    let lost = false;
    try {
      return (await runStatement(connection, sql, parameters, dateStrings)) as T;
    } catch (error) {
      lost = error instanceof DomainError;
      throw error;
    } finally {
      release(lost);
    }
  }

  override async destroy(): Promise<void> {
    await super.destroy();
    await this.reader.close();
  }

  connectionStats(): ShareStats {
    return this.share.stats();
  }

  connectionHistory(): ShareHistory {
    return this.share.history();
  }
}
