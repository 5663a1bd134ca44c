import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Maintenance } from './maintenance.js';

export const TENANT_STATUSES = [
  'provisioning',
  'active',
  'suspended',
  'archived',
  'migrating',
  'restoring',
  'deleting',
  'deleted',
  'failed',
] as const;

/** `near_limit`: 80 % and more; `full`: 100 % and more. */
export const STORAGE_LEVELS = ['normal', 'near_limit', 'full'] as const;
export type StorageLevel = (typeof STORAGE_LEVELS)[number];

/** A company on the platform, and where its database is. */
@Entity('tenant_master')
export class Tenant {
  @PrimaryColumn('char', { length: 36 }) id: string;
  @Column('varchar', { name: 'company_name', length: 200 }) companyName: string;
  @Column('varchar', { length: 63 }) subdomain: string;
  @Column('varchar', { length: 254 }) email: string;
  @Column('varchar', { length: 32 }) phone: string;
  @Column('varchar', { name: 'subscription_plan', length: 40 }) subscriptionPlan: string;
  @Column('enum', { enum: TENANT_STATUSES }) status: (typeof TENANT_STATUSES)[number];
  @Column('char', { name: 'server_id', length: 36 }) serverId: string;
  @Column('varchar', { name: 'db_name', length: 64 }) dbName: string;
  @Column('varchar', { name: 'db_host', length: 255 }) dbHost: string;
  @Column('smallint', { name: 'db_port', unsigned: true }) dbPort: number;
  /** The tenant's own database user; null when it shares the server's. */
  @Column('varchar', { name: 'db_user', length: 32, nullable: true }) dbUser: string | null;
  /** Its password, encrypted (compact JWE). */
  @Column('text', { name: 'db_password', nullable: true }) dbPassword: string | null;
  /** The user that takes its place while credentials are being changed. */
  @Column('varchar', { name: 'next_db_user', length: 32, nullable: true }) nextDbUser: string | null;
  /** Its password, encrypted (compact JWE). */
  @Column('text', { name: 'next_db_password', nullable: true }) nextDbPassword: string | null;
  /** Since when the tenant has this user of its own, and so this password. */
  @Column('datetime', { name: 'db_credentials_at', precision: 6, nullable: true }) dbCredentialsAt: Date | null;
  @Column('boolean', { name: 'db_provisioned' }) dbProvisioned: boolean;
  @Column('varchar', { name: 'schema_version', length: 20, nullable: true }) schemaVersion: string | null;
  /** Megabytes (2^20 bytes), three decimals, as text. */
  @Column('decimal', { name: 'storage_used_mb', precision: 14, scale: 3 }) storageUsedMb: string;
  @Column('int', { name: 'storage_limit_mb', unsigned: true }) storageLimitMb: number;
  @Column('datetime', { name: 'storage_measured_at', precision: 6, nullable: true }) storageMeasuredAt: Date | null;
  /** How the size last measured stands to the limit. */
  @Column('enum', { name: 'storage_level', enum: STORAGE_LEVELS }) storageLevel: StorageLevel;
  @Column('varchar', { name: 'suspended_reason', length: 500, nullable: true }) suspendedReason: string | null;
  @Column('datetime', { name: 'suspended_at', precision: 6, nullable: true }) suspendedAt: Date | null;
  /** `storage`: the platform suspended it at its storage limit, and reactivates it below; null: somebody did. */
  @Column('enum', { name: 'suspended_for', enum: ['storage'], nullable: true }) suspendedFor: 'storage' | null;
  /** Since when it may only be read, because its storage limit is reached. */
  @Column('datetime', { name: 'read_only_since', precision: 6, nullable: true }) readOnlySince: Date | null;
  @Column('varchar', { name: 'read_only_reason', length: 500, nullable: true }) readOnlyReason: string | null;
  /** `copy`: it was made from a backup, to be looked at; null: its storage limit is reached. */
  @Column('enum', { name: 'read_only_for', enum: ['copy'], nullable: true }) readOnlyFor: 'copy' | null;
  /** The backup of a company that this one was made from. */
  @Column('char', { name: 'copy_of_backup', length: 36, nullable: true }) copyOfBackup: string | null;
  /** A deleted tenant's database goes after this. */
  @Column('datetime', { name: 'delete_after', precision: 6, nullable: true }) deleteAfter: Date | null;
  @Column('json', { nullable: true }) maintenance: Maintenance | null;
  /** Of the upgrade window; an IANA name. */
  @Column('varchar', { name: 'time_zone', length: 64, nullable: true }) timeZone: string | null;
  /** When the company may be migrated, by its own clock: "22:00-04:00"; null: at any time. */
  @Column('varchar', { name: 'upgrade_window', length: 11, nullable: true }) upgradeWindow: string | null;
  @Column('datetime', { name: 'migrate_not_before', precision: 6, nullable: true }) migrateNotBefore: Date | null;
  /** Why the company is left out of rollouts; null: it is not. */
  @Column('varchar', { name: 'migration_hold_reason', length: 200, nullable: true }) migrationHoldReason: string | null;
  @Column({ type: 'datetime', name: 'created_at', precision: 6, insert: false, update: false }) createdAt: Date;
  @Column({ type: 'datetime', name: 'updated_at', precision: 6, insert: false, update: false }) updatedAt: Date;
}
