import { Column, Entity, PrimaryColumn } from 'typeorm';

/**
 * - `running`, `rolling_back`: a worker is at it
 * - `paused`: by somebody; `stopped`: by too many failures; both go on with `resume`
 * - `succeeded`: every company is done, skipped or taken out; `incomplete`: it has come to its end, some failed
 * - `rolled_back`: everything was taken back
 */
export const ROLLOUT_STATUSES = [
  'running',
  'paused',
  'stopped',
  'rolling_back',
  'succeeded',
  'incomplete',
  'rolled_back',
] as const;
export type RolloutStatus = (typeof ROLLOUT_STATUSES)[number];

/** The fleet's way from one version of the tenant schema to a later one. At most one is not finished. */
@Entity('migration_rollouts')
export class Rollout {
  @PrimaryColumn('char', { length: 36 }) id: string;
  @Column('varchar', { name: 'target_version', length: 20 }) targetVersion: string;
  @Column('enum', { enum: ROLLOUT_STATUSES }) status: RolloutStatus;
  /** The wave that is being done; the first is 1. */
  @Column('int', { unsigned: true }) wave: number;
  /** As asked for, one by one: "1", "1%", … */
  @Column('json', { name: 'wave_sizes' }) waveSizes: string[];
  /** The wave that is rolled back; null: all. */
  @Column('int', { name: 'rollback_wave', unsigned: true, nullable: true }) rollbackWave: number | null;
  /** So many failures stop it; null: one in the first wave, later `ROLLOUT_STOP_AFTER_FAILURES`. */
  @Column('int', { name: 'stop_after_failures', unsigned: true, nullable: true }) stopAfterFailures: number | null;
  /** Failures that somebody has seen and resumed after; they no longer count. */
  @Column('int', { name: 'failures_accepted', unsigned: true }) failuresAccepted: number;
  /** Companies migrated at a time on each database server. */
  @Column('int', { name: 'concurrency_per_server', unsigned: true }) concurrencyPerServer: number;
  /** Large tables may be locked where the engine cannot change them online. */
  @Column('boolean', { name: 'allow_locking' }) allowLocking: boolean;
  @Column('datetime', { name: 'not_before', precision: 6, nullable: true }) notBefore: Date | null;
  @Column('int', { name: 'tenants_total', unsigned: true }) tenantsTotal: number;
  /** Why it stopped, for people. */
  @Column('varchar', { length: 500, nullable: true }) reason: string | null;
  @Column('varchar', { name: 'requested_by', length: 254 }) requestedBy: string;
  @Column('varchar', { name: 'requested_by_id', length: 64 }) requestedById: string;
  @Column('varchar', { name: 'request_id', length: 64 }) requestId: string;
  @Column('datetime', { name: 'finished_at', precision: 6, nullable: true }) finishedAt: Date | null;
  @Column({ type: 'datetime', name: 'created_at', precision: 6, insert: false, update: false }) createdAt: Date;
  @Column({ type: 'datetime', name: 'updated_at', precision: 6, insert: false, update: false }) updatedAt: Date;
}
