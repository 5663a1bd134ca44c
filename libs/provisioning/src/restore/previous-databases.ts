import { newUuid, offsetOf, type PageQuery } from '@finvera/common';
import { PreviousDatabase, type Tenant } from '@finvera/master-data';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { ServerConnections } from '../servers/server-connections.js';
import { dropDatabase, killConnections } from '../servers/tenant-database.js';

/** Rows of `previous_databases`, and the databases that they stand for. */
@Injectable()
export class PreviousDatabases {
  constructor(
    @InjectDataSource() private readonly master: DataSource,
    private readonly servers: ServerConnections,
  ) {}

  one(id: string): Promise<PreviousDatabase | null> {
    return this.master.getRepository(PreviousDatabase).findOneBy({ id });
  }

  /** Newest first. */
  async ofTenant(tenantId: string, query: PageQuery): Promise<{ previous: PreviousDatabase[]; total: number }> {
    const [previous, total] = await this.master.getRepository(PreviousDatabase).findAndCount({
      where: { tenantId },
      order: { createdAt: 'DESC', id: 'DESC' },
      skip: offsetOf(query),
      take: query.limit,
    });
    return { previous, total };
  }

  async newestOf(tenantId: string): Promise<PreviousDatabase | null> {
    return this.master
      .getRepository(PreviousDatabase)
      .findOne({ where: { tenantId }, order: { createdAt: 'DESC', id: 'DESC' } });
  }

  /** Keeps the database that a company has now, which is about to be replaced. */
  async keep(tx: EntityManager, tenant: Tenant, operationId: string, keepHours: number): Promise<PreviousDatabase> {
    await tx.query(
      `INSERT INTO previous_databases (id, tenant_id, server_id, db_name, schema_version, replaced_by, keep_until)
         VALUES (?, ?, ?, ?, ?, ?, DATE_ADD(UTC_TIMESTAMP(6), INTERVAL ? HOUR))`,
      [newUuid(), tenant.id, tenant.serverId, tenant.dbName, tenant.schemaVersion, operationId, keepHours],
    );
    return tx.findOneByOrFail(PreviousDatabase, { replacedBy: operationId });
  }

  /** It is the company's own again, or gone. */
  async forget(id: string, tx: EntityManager = this.master.manager): Promise<void> {
    await tx.query('DELETE FROM previous_databases WHERE id = ?', [id]);
  }

  /** Drops the database, then its row: a row that is gone stands for nothing. */
  private async drop(previous: PreviousDatabase): Promise<void> {
    await this.dropDatabase(previous);
    await this.forget(previous.id);
  }

  /** The row stays. */
  async dropDatabase({ serverId, dbName }: PreviousDatabase): Promise<void> {
    await this.servers.use(serverId, async (session) => {
      await killConnections(session, dbName);
      await dropDatabase(session, dbName);
    });
  }

  /** Everything that is kept of a company beside its database. */
  async dropAllOf(tenantId: string): Promise<void> {
    for (const previous of await this.master.getRepository(PreviousDatabase).findBy({ tenantId }))
      await this.drop(previous);
  }
}
