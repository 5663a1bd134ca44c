import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';

export type WarmStatus = 'building' | 'ready' | 'claimed' | 'dropping';

export interface WarmDatabase {
  dbName: string;
  serverId: string;
  schemaVersion: string;
  status: WarmStatus;
  tenantId: string | null;
  createdAt: Date;
}

/** The rows of databases that were made ready beforehand. They are nobody's, and no tenant is counted for them. */
@Injectable()
export class WarmDatabaseStore {
  constructor(@InjectDataSource() private readonly master: DataSource) {}

  /**
   * Takes one for a tenant within the transaction that makes its record. Those that others are taking are passed over.
   * @returns its name, or null when none is ready
   */
  async claim(tx: EntityManager, serverId: string, schemaVersion: string, tenantId: string): Promise<string | null> {
    const [free]: { db_name: string }[] = await tx.query(
      `SELECT db_name FROM warm_databases WHERE server_id = ? AND status = 'ready' AND schema_version = ?
        ORDER BY db_name LIMIT 1 FOR UPDATE SKIP LOCKED`,
      [serverId, schemaVersion],
    );
    if (!free) return null;
    await tx.query("UPDATE warm_databases SET status = 'claimed', tenant_id = ? WHERE db_name = ?", [
      tenantId,
      free.db_name,
    ]);
    return free.db_name;
  }

  /** Its tables are the tenant's now, or it was dropped. */
  async forget(dbName: string, tx: EntityManager = this.master.manager): Promise<void> {
    await tx.query('DELETE FROM warm_databases WHERE db_name = ?', [dbName]);
  }

  async list(serverId?: string): Promise<WarmDatabase[]> {
    const rows: Record<string, never>[] = await this.master.query(
      `SELECT db_name, server_id, schema_version, status, tenant_id, created_at FROM warm_databases
        WHERE ${serverId === undefined ? '1 = 1' : 'server_id = ?'} ORDER BY server_id, db_name`,
      serverId === undefined ? [] : [serverId],
    );
    return rows.map((row) => ({
      dbName: row.db_name!,
      serverId: row.server_id!,
      schemaVersion: row.schema_version!,
      status: row.status!,
      tenantId: row.tenant_id ?? null,
      createdAt: row.created_at!,
    }));
  }

  async add(dbName: string, serverId: string, schemaVersion: string): Promise<void> {
    await this.master.query('INSERT INTO warm_databases (db_name, server_id, schema_version) VALUES (?, ?, ?)', [
      dbName,
      serverId,
      schemaVersion,
    ]);
  }

  /** @returns whether it still stood as believed: between looking and writing somebody may have claimed it */
  async turn(dbName: string, from: WarmStatus, to: WarmStatus): Promise<boolean> {
    const { affectedRows } = await this.master.query(
      'UPDATE warm_databases SET status = ? WHERE db_name = ? AND status = ?',
      [to, dbName, from],
    );
    return affectedRows === 1;
  }
}
