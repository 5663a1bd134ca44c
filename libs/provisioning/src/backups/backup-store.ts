import { newSealKey, newUuid, SecretBox } from '@finvera/common';
import { Backup, type BackupKind, type DatabaseContents, type Tenant } from '@finvera/master-data';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import type { StoredFile } from '../dumps/dump-store.js';

/** Rows of `backups`. */
@Injectable()
export class BackupStore {
  constructor(
    @InjectDataSource() private readonly master: DataSource,
    private readonly secrets: SecretBox,
  ) {}

  ofOperation(operationId: string, tx: EntityManager = this.master.manager): Promise<Backup | null> {
    return tx.getRepository(Backup).findOneBy({ operationId });
  }

  one(id: string): Promise<Backup | null> {
    return this.master.getRepository(Backup).findOneBy({ id });
  }

  /** The newest archive of a company that a trial restore has proved. */
  async archiveOf(tenantId: string): Promise<Backup | null> {
    return this.master.getRepository(Backup).findOne({
      where: { tenantId, kind: 'archive', status: 'verified' },
      order: { createdAt: 'DESC' },
    });
  }

  /** Whatever is still there of a company's backups. */
  keptOf(tx: EntityManager, tenantId: string): Promise<Backup[]> {
    return tx
      .getRepository(Backup)
      .createQueryBuilder('b')
      .where("b.tenantId = :tenantId AND b.status <> 'removed'", { tenantId })
      .orderBy('b.createdAt')
      .getMany();
  }

  /** The row of an operation's backup with a key of its own; one that is there stays. */
  async begin(tenant: Tenant, operationId: string, kind: BackupKind, engine: string): Promise<Backup> {
    await this.master.query(
      `INSERT IGNORE INTO backups (id, tenant_id, operation_id, kind, server_id, db_name, schema_version, engine, data_key)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      [
        newUuid(),
        tenant.id,
        operationId,
        kind,
        tenant.serverId,
        tenant.dbName,
        tenant.schemaVersion,
        engine,
        await this.secrets.encrypt(newSealKey().toString('base64')),
      ],
    );
    const row = await this.ofOperation(operationId);
    if (!row) throw new Error(`the backup of operation ${operationId} was not noted`);
    return row;
  }

  async keyOf(backup: Backup): Promise<Buffer> {
    if (!backup.dataKey) throw new Error(`the backup ${backup.id} was removed`);
    return Buffer.from(await this.secrets.decrypt(backup.dataKey), 'base64');
  }

  async written(id: string, file: StoredFile, contents: DatabaseContents): Promise<void> {
    await this.master.query(
      "UPDATE backups SET status = 'written', size_bytes = ?, sha256 = ?, contents = ? WHERE id = ? AND status = 'writing'",
      [file.bytes, file.sha256, JSON.stringify(contents), id],
    );
  }

  async verified(id: string): Promise<void> {
    await this.master.query(
      "UPDATE backups SET status = 'verified', verified_at = UTC_TIMESTAMP(6), checked_at = UTC_TIMESTAMP(6) WHERE id = ? AND status IN ('written', 'verified')",
      [id],
    );
  }

  /** What a trial restore found in a copy of a company that was at work meanwhile. */
  async foundIn(id: string, contents: DatabaseContents): Promise<void> {
    await this.master.query("UPDATE backups SET contents = ? WHERE id = ? AND status = 'written'", [
      JSON.stringify(contents),
      id,
    ]);
  }

  /** Its time is over. */
  async expire(id: string): Promise<void> {
    await this.master.query('UPDATE backups SET keep_until = UTC_TIMESTAMP(6) WHERE id = ?', [id]);
  }

  /** Forgets a backup that was never finished or whose operation was undone. */
  async forget(id: string): Promise<void> {
    await this.master.query('DELETE FROM backups WHERE id = ?', [id]);
  }
}
