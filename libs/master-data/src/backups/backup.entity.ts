import { Column, Entity, PrimaryColumn } from 'typeorm';

export const BACKUP_KINDS = ['archive', 'last', 'manual', 'scheduled'] as const;
export const BACKUP_STATUSES = ['writing', 'written', 'verified', 'damaged', 'removed'] as const;
export type BackupKind = (typeof BACKUP_KINDS)[number];
export type BackupStatus = (typeof BACKUP_STATUSES)[number];

/** One table as it stood in a database. */
export interface TableContents {
  name: string;
  rows: number;
  /** `CHECKSUM TABLE`, as text. */
  checksum: string;
  /** SHA-256 of `SHOW CREATE TABLE` without its counter. */
  definition: string;
}

/** What stood in a database; two databases with equal contents hold the same books. */
export interface DatabaseContents {
  /** `VERSION()` of the server. */
  engine: string;
  tables: TableContents[];
  /** SHA-256 over triggers, views, routines and events. */
  code: string;
}

/** A company's database as a file, and until when it is kept. */
@Entity('backups')
export class Backup {
  @PrimaryColumn('char', { length: 36 }) id: string;
  @Column('char', { name: 'tenant_id', length: 36 }) tenantId: string;
  /** The operation that made it: one makes one at most. */
  @Column('char', { name: 'operation_id', length: 36, nullable: true }) operationId: string | null;
  @Column('enum', { enum: BACKUP_KINDS }) kind: BackupKind;
  @Column('enum', { enum: BACKUP_STATUSES }) status: BackupStatus;
  @Column('char', { name: 'server_id', length: 36 }) serverId: string;
  @Column('varchar', { name: 'db_name', length: 64 }) dbName: string;
  @Column('varchar', { name: 'schema_version', length: 20, nullable: true }) schemaVersion: string | null;
  @Column('varchar', { length: 80 }) engine: string;
  /** Opens the file; encrypted (compact JWE). Gone with the file. */
  @Column('text', { name: 'data_key', nullable: true }) dataKey: string | null;
  /** Bytes of the file. */
  @Column('bigint', { name: 'size_bytes', unsigned: true, nullable: true }) sizeBytes: string | null;
  /** Of the file as it lies there. */
  @Column('char', { length: 64, nullable: true }) sha256: string | null;
  @Column('json', { nullable: true }) contents: DatabaseContents | null;
  /** When a trial restore gave the same contents. */
  @Column('datetime', { name: 'verified_at', precision: 6, nullable: true }) verifiedAt: Date | null;
  /** When somebody looked last whether it can be restored. */
  @Column('datetime', { name: 'checked_at', precision: 6, nullable: true }) checkedAt: Date | null;
  /** What was found then; null: it could be restored, and held what was written. */
  @Column('varchar', { name: 'check_error', length: 500, nullable: true }) checkError: string | null;
  /** It goes after this; null: kept as long as it is needed. */
  @Column('datetime', { name: 'keep_until', precision: 6, nullable: true }) keepUntil: Date | null;
  @Column('datetime', { name: 'removed_at', precision: 6, nullable: true }) removedAt: Date | null;
  @Column({ type: 'datetime', name: 'created_at', precision: 6, insert: false, update: false }) createdAt: Date;
}
