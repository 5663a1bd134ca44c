import { Column, Entity, PrimaryColumn } from 'typeorm';

export const PLACEMENT_CLASSES = ['premium', 'standard', 'trial'] as const;
export type PlacementClass = (typeof PLACEMENT_CLASSES)[number];

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
  @Column('enum', { enum: ['active', 'draining', 'retired'] }) status: 'active' | 'draining' | 'retired';
  @Column('boolean', { name: 'is_default' }) isDefault: boolean;
  @Column('varchar', { length: 60 }) engine: string;
}
