import { ROLLOUT_STATUSES, ROLLOUT_TENANT_STATUSES, type RolloutTenant } from '@finvera/master-data';
import { ApiProperty } from '@nestjs/swagger';
import type { Laggard, RolloutView } from './find-rollouts.js';

class CountsDto {
  @ApiProperty({ example: 0 }) pending: number;
  @ApiProperty({ example: 0 }) running: number;
  @ApiProperty({ example: 95 }) done: number;
  @ApiProperty({ example: 5 }) failed: number;
  @ApiProperty({ example: 0 }) skipped: number;
  @ApiProperty({ example: 0 }) rolled_back: number;
}

class WaveDto extends CountsDto {
  @ApiProperty({ example: 1 }) wave: number;
}

export class RolloutDto {
  @ApiProperty({ example: '019a5b0e-7b1c-7c3e-9d2f-1a2b3c4d5e6f' }) id: string;
  @ApiProperty({ enum: ROLLOUT_STATUSES }) status: string;
  @ApiProperty({ example: '1795478400000' }) target_version: string;
  @ApiProperty({ example: 1, description: 'the wave that is being done' }) wave: number;
  @ApiProperty({ type: [String], example: ['1', '1%', '10%', 'rest'] }) wave_sizes: string[];
  @ApiProperty({ type: [WaveDto] }) waves: WaveDto[];
  @ApiProperty({ type: CountsDto }) counts: CountsDto;
  @ApiProperty({ example: 100 }) tenants_total: number;
  @ApiProperty({ description: 'percent', example: 100 }) progress: number;
  @ApiProperty({ nullable: true, type: Number, description: 'from the companies that are done' })
  estimated_seconds_left: number | null;
  @ApiProperty({ nullable: true, type: Number }) stop_after_failures: number | null;
  @ApiProperty({ example: 4 }) concurrency_per_server: number;
  @ApiProperty({ example: false }) allow_locking: boolean;
  @ApiProperty({ nullable: true, type: String }) not_before: string | null;
  @ApiProperty({ nullable: true, type: String, description: 'why it is paused or stopped' }) reason: string | null;
  @ApiProperty({ example: 'admin@finvera.local' }) requested_by: string;
  @ApiProperty() created_at: string;
  @ApiProperty() updated_at: string;
  @ApiProperty({ nullable: true, type: String }) finished_at: string | null;
}

export function toRolloutDto({ rollout, waves, averageMs }: RolloutView): RolloutDto {
  const counts = { pending: 0, running: 0, done: 0, failed: 0, skipped: 0, rolled_back: 0 };
  for (const wave of waves) for (const status of ROLLOUT_TENANT_STATUSES) counts[status] += wave.counts[status];
  const left = counts.pending + counts.running;
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  return {
    id: rollout.id,
    status: rollout.status,
    target_version: rollout.targetVersion,
    wave: rollout.wave,
    wave_sizes: rollout.waveSizes,
    waves: waves.map((wave) => ({ wave: wave.wave, ...wave.counts })),
    counts,
    tenants_total: rollout.tenantsTotal,
    progress: total === 0 ? 100 : Math.floor(((total - left) / total) * 100),
    estimated_seconds_left:
      averageMs === null ? null : Math.ceil((averageMs * left) / rollout.concurrencyPerServer / 1_000),
    stop_after_failures: rollout.stopAfterFailures,
    concurrency_per_server: rollout.concurrencyPerServer,
    allow_locking: rollout.allowLocking,
    not_before: rollout.notBefore?.toISOString() ?? null,
    reason: rollout.reason,
    requested_by: rollout.requestedBy,
    created_at: rollout.createdAt.toISOString(),
    updated_at: rollout.updatedAt.toISOString(),
    finished_at: rollout.finishedAt?.toISOString() ?? null,
  };
}

export class RolloutTenantDto {
  @ApiProperty() tenant_id: string;
  @ApiProperty({ example: 'acme' }) subdomain: string;
  @ApiProperty({ enum: ROLLOUT_TENANT_STATUSES }) status: string;
  @ApiProperty({ example: 1 }) wave: number;
  @ApiProperty({ nullable: true, type: String }) from_version: string | null;
  @ApiProperty({ nullable: true, type: String, description: 'the version that it has now' }) to_version: string | null;
  @ApiProperty({ example: 1 }) attempts: number;
  @ApiProperty({ nullable: true, type: Object, example: { code: 'migration_failed', message: 'In step 1 of …' } })
  error: { code: string; message: string } | null;
  @ApiProperty({ nullable: true, type: String, description: 'of one that waits: when its turn comes' }) due_at:
    | string
    | null;
  @ApiProperty({ nullable: true, type: Number }) duration_ms: number | null;
  @ApiProperty({ nullable: true, type: String }) operation_id: string | null;
  @ApiProperty({ nullable: true, type: String }) started_at: string | null;
  @ApiProperty({ nullable: true, type: String }) finished_at: string | null;
}

export const toRolloutTenantDto = (row: RolloutTenant & { subdomain: string }): RolloutTenantDto => ({
  tenant_id: row.tenantId,
  subdomain: row.subdomain,
  status: row.status,
  wave: row.wave,
  from_version: row.fromVersion,
  to_version: row.toVersion,
  attempts: row.attempts,
  error: row.errorCode ? { code: row.errorCode, message: row.errorMessage ?? '' } : null,
  due_at: row.status === 'pending' ? (row.dueAt?.toISOString() ?? null) : null,
  duration_ms: row.durationMs,
  operation_id: row.operationId,
  started_at: row.startedAt?.toISOString() ?? null,
  finished_at: row.finishedAt?.toISOString() ?? null,
});

export class LaggardDto {
  @ApiProperty() tenant_id: string;
  @ApiProperty({ example: 'acme' }) subdomain: string;
  @ApiProperty({ example: 'active' }) status: string;
  @ApiProperty({ nullable: true, type: String }) schema_version: string | null;
  @ApiProperty({ nullable: true, type: String, description: 'when a rollout first went for a version that it lacks' })
  behind_since: string | null;
  @ApiProperty({ type: Object, example: { code: 'migration_failed', message: 'In step 1 of …' } })
  why: { code: string; message: string };
  @ApiProperty({ nullable: true, type: String }) rollout_id: string | null;
}

export const toLaggardDto = (laggard: Laggard): LaggardDto => ({
  tenant_id: laggard.tenantId,
  subdomain: laggard.subdomain,
  status: laggard.status,
  schema_version: laggard.schemaVersion,
  behind_since: laggard.behindSince?.toISOString() ?? null,
  why: laggard.why,
  rollout_id: laggard.rolloutId,
});
