import { ApiProperty } from '@nestjs/swagger';
import type { RolloutPlan } from './plan-rollout.js';

class VersionCountDto {
  @ApiProperty({ nullable: true, type: String, example: '1795478400000' }) version: string | null;
  @ApiProperty({ example: 100 }) tenants: number;
}

class PlannedTenantDto {
  @ApiProperty() id: string;
  @ApiProperty({ example: 'acme' }) subdomain: string;
  @ApiProperty({ nullable: true, type: String }) schema_version: string | null;
}

class LeftOutDto {
  @ApiProperty({ example: 0 }) held: number;
  @ApiProperty({ example: 0 }) unresolved_failures: number;
  @ApiProperty({ example: 0, description: 'wait for an upgrade window of theirs' }) with_window: number;
}

class LockedTableDto {
  @ApiProperty({ example: 'acme' }) subdomain: string;
  @ApiProperty({ example: 'entries' }) table: string;
  @ApiProperty({ example: 250_000, description: 'as the engine estimates' }) rows: number;
}

class PlannedStatementDto {
  @ApiProperty({ example: 'ALTER TABLE ledgers ADD COLUMN region VARCHAR(40) NULL' }) up: string;
  @ApiProperty({ nullable: true, type: String, example: 'ALTER TABLE ledgers DROP COLUMN region' }) down: string | null;
  @ApiProperty({ nullable: true, type: String, enum: ['instant', 'in place', 'locks the table'] }) way: string | null;
  @ApiProperty({ type: [LockedTableDto], description: 'the largest tables that it would lock' })
  would_lock: LockedTableDto[];
}

class PlannedMigrationDto {
  @ApiProperty({ example: '1795478400000' }) version: string;
  @ApiProperty() name: string;
  @ApiProperty({ enum: ['expand', 'migrate', 'contract'] }) phase: string;
  @ApiProperty({ example: '1.0.0' }) release: string;
  @ApiProperty({ type: [PlannedStatementDto] }) statements: PlannedStatementDto[];
}

export class RolloutPlanDto {
  @ApiProperty({ example: '1795478400000' }) target_version: string;
  @ApiProperty({ example: 100 }) tenants_total: number;
  @ApiProperty({ type: [VersionCountDto] }) from_versions: VersionCountDto[];
  @ApiProperty({ type: [Number], example: [1, 1, 10, 88] }) waves: number[];
  @ApiProperty({ type: [PlannedTenantDto], description: 'the first hundred' }) tenants: PlannedTenantDto[];
  @ApiProperty({ type: LeftOutDto }) left_out: LeftOutDto;
  @ApiProperty({ type: [PlannedMigrationDto] }) migrations: PlannedMigrationDto[];
  @ApiProperty({ nullable: true, type: Number, example: 12 }) estimated_seconds: number | null;
  @ApiProperty({ enum: ['companies done before', 'an empty database'] }) estimated_from: string;
}

export const toPlanDto = (plan: RolloutPlan): RolloutPlanDto => ({
  target_version: plan.targetVersion,
  tenants_total: plan.tenantsTotal,
  from_versions: plan.fromVersions,
  waves: plan.waves,
  tenants: plan.tenants.map(({ id, subdomain, schemaVersion }) => ({ id, subdomain, schema_version: schemaVersion })),
  left_out: {
    held: plan.leftOut.held,
    unresolved_failures: plan.leftOut.unresolvedFailures,
    with_window: plan.leftOut.withWindow,
  },
  migrations: plan.migrations.map(({ statements, ...migration }) => ({
    ...migration,
    statements: statements.map(({ wouldLock, ...statement }) => ({ ...statement, would_lock: wouldLock })),
  })),
  estimated_seconds: plan.estimatedSeconds,
  estimated_from: plan.estimatedFrom,
});
