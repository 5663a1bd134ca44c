import { Column, Entity, PrimaryColumn } from 'typeorm';

export const PLACEMENT_CLASSES = ['premium', 'standard', 'trial'] as const;
export type PlacementClass = (typeof PLACEMENT_CLASSES)[number];

/** Only an active one is given new companies. */
export const SERVER_STATUSES = ['active', 'draining', 'retired'] as const;
export type ServerStatus = (typeof SERVER_STATUSES)[number];

/** A MySQL or MariaDB server that holds tenant databases. */
@Entity('database_servers')
export class DatabaseServer {
  @PrimaryColumn('char', { length: 36 }) id: string;
  @Column('varchar', { length: 60 }) name: string;
  @Column('varchar', { length: 255 }) host: string;
  @Column('smallint', { unsigned: true }) port: number;
  @Column('varchar', { name: 'admin_user', length: 80 }) adminUser: string;
  /** Encrypted (compact JWE). */
  @Column('text', { name: 'admin_password' }) adminPassword: string;
  @Column('enum', { name: 'placement_class', enum: PLACEMENT_CLASSES }) placementClass: PlacementClass;
  @Column('int', { name: 'max_tenants', unsigned: true }) maxTenants: number;
  @Column('enum', { enum: SERVER_STATUSES }) status: ServerStatus;
  @Column('boolean', { name: 'is_default' }) isDefault: boolean;
  @Column('varchar', { length: 60 }) engine: string;
  /** Connections to companies' databases there, of all processes together; null: derived from its max_connections. */
  @Column('int', { name: 'connection_budget', unsigned: true, nullable: true }) connectionBudget: number | null;
  /** A replica that reports may be read from; host and port are both there or neither. */
  @Column('varchar', { name: 'replica_host', length: 255, nullable: true }) replicaHost: string | null;
  @Column('smallint', { name: 'replica_port', unsigned: true, nullable: true }) replicaPort: number | null;
  @Column({ type: 'datetime', name: 'created_at', precision: 6, insert: false, update: false }) createdAt: Date;
}
