import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A company's database that a restore has replaced: it stays for a time, so that the company can go back to it. */
@Entity('previous_databases')
export class PreviousDatabase {
  @PrimaryColumn('char', { length: 36 }) id: string;
  @Column('char', { name: 'tenant_id', length: 36 }) tenantId: string;
  @Column('char', { name: 'server_id', length: 36 }) serverId: string;
  @Column('varchar', { name: 'db_name', length: 64 }) dbName: string;
  @Column('varchar', { name: 'schema_version', length: 20, nullable: true }) schemaVersion: string | null;
  /** The operation that put another database in its place. */
  @Column('char', { name: 'replaced_by', length: 36 }) replacedBy: string;
  /** It is dropped after this. */
  @Column('datetime', { name: 'keep_until', precision: 6 }) keepUntil: Date;
  @Column({ type: 'datetime', name: 'created_at', precision: 6, insert: false, update: false }) createdAt: Date;
}
