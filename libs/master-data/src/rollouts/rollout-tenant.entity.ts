import { Column, Entity, PrimaryColumn } from 'typeorm';

export const ROLLOUT_TENANT_STATUSES = ['pending', 'running', 'done', 'failed', 'skipped', 'rolled_back'] as const;
export type RolloutTenantStatus = (typeof ROLLOUT_TENANT_STATUSES)[number];

/** One company in a rollout. */
@Entity('migration_rollout_tenants')
export class RolloutTenant {
  @PrimaryColumn('char', { name: 'rollout_id', length: 36 }) rolloutId: string;
  @PrimaryColumn('char', { name: 'tenant_id', length: 36 }) tenantId: string;
  @Column('char', { name: 'server_id', length: 36 }) serverId: string;
  @Column('int', { unsigned: true }) wave: number;
  @Column('enum', { enum: ROLLOUT_TENANT_STATUSES }) status: RolloutTenantStatus;
  /** `down` while it is rolled back. */
  @Column('enum', { enum: ['up', 'down'] }) direction: 'up' | 'down';
  @Column('varchar', { name: 'from_version', length: 20, nullable: true }) fromVersion: string | null;
  /** The version that it has now. */
  @Column('varchar', { name: 'to_version', length: 20, nullable: true }) toVersion: string | null;
  /** The operation that works, or worked last, on it. */
  @Column('char', { name: 'operation_id', length: 36, nullable: true }) operationId: string | null;
  @Column('int', { unsigned: true }) attempts: number;
  /** Tries put off because somebody used the tables or the server was away. */
  @Column('int', { unsigned: true }) deferrals: number;
  /** When it may be worked on; null: its wave has not begun. */
  @Column('datetime', { name: 'due_at', precision: 6, nullable: true }) dueAt: Date | null;
  /** When somebody said that what made it fail is mended. */
  @Column('datetime', { name: 'resolved_at', precision: 6, nullable: true }) resolvedAt: Date | null;
  @Column('varchar', { name: 'error_code', length: 60, nullable: true }) errorCode: string | null;
  /** Why it failed, was skipped, or waits. */
  @Column('varchar', { name: 'error_message', length: 1000, nullable: true }) errorMessage: string | null;
  @Column('int', { name: 'duration_ms', unsigned: true, nullable: true }) durationMs: number | null;
  @Column('datetime', { name: 'started_at', precision: 6, nullable: true }) startedAt: Date | null;
  @Column('datetime', { name: 'finished_at', precision: 6, nullable: true }) finishedAt: Date | null;
}
