import { IfSent, PageQuery } from '@finvera/common';
import {
  ROLLOUT_STATUSES,
  ROLLOUT_TENANT_STATUSES,
  type RolloutStatus,
  type RolloutTenantStatus,
} from '@finvera/master-data';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsISO8601,
  IsNotEmpty,
  IsOptional,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
} from 'class-validator';
import type { NewRollout } from './start-rollout.js';
import { WAVE_SIZE, WAVES_MAX } from './waves.js';

/** Companies that a rollout may be limited to by name. */
const TENANTS_MAX = 1_000;
const VERSION = /^\d{13}$/;
const VERSION_HELP = 'must be a schema version: 13 digits, as in schema_version of a company';

const texts = () =>
  Transform(({ value }: { value: unknown }) =>
    Array.isArray(value) ? value.map((one) => (typeof one === 'number' ? String(one) : one)) : value,
  );

export class CreateRolloutDto {
  @ApiPropertyOptional({ description: 'default: the newest that this release brings', example: '1795478400000' })
  @IfSent()
  @Matches(VERSION, { message: `target_version ${VERSION_HELP}` })
  target_version?: string;

  @ApiPropertyOptional({
    type: [String],
    example: ['1', '1%', '10%', 'rest'],
    description:
      'how many companies each wave has: a number, a percentage of all, or `rest`; what they leave makes a last wave',
  })
  @IfSent()
  @texts()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(WAVES_MAX)
  @Matches(WAVE_SIZE, {
    each: true,
    message: 'wave_sizes must be numbers from 1, percentages such as "10%", or "rest"',
  })
  wave_sizes?: string[];

  @ApiPropertyOptional({
    example: 5,
    description: 'stop after so many failures; default: one in the first wave, later `ROLLOUT_STOP_AFTER_FAILURES`',
  })
  @IfSent()
  @IsInt()
  @Min(1)
  @Max(1_000_000)
  stop_after_failures?: number;

  @ApiPropertyOptional({
    example: 4,
    description: 'companies at a time on each server; default `ROLLOUT_CONCURRENCY_PER_SERVER`',
  })
  @IfSent()
  @IsInt()
  @Min(1)
  @Max(64)
  concurrency_per_server?: number;

  @ApiPropertyOptional({
    example: false,
    description: 'lock large tables too where the engine cannot change them online',
  })
  @IfSent()
  @IsBoolean()
  allow_locking?: boolean;

  @ApiPropertyOptional({ example: '2026-11-24T22:00:00Z', description: 'begin then' })
  @IfSent()
  @IsISO8601({ strict: true }, { message: 'not_before must be an instant such as 2026-11-24T22:00:00Z' })
  not_before?: string;

  @ApiPropertyOptional({
    type: [String],
    description: 'these companies alone',
    example: ['019a5b0e-7b1c-7c3e-9d2f-1a2b3c4d5e6f'],
  })
  @IfSent()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(TENANTS_MAX)
  @IsString({ each: true })
  @MaxLength(36, { each: true })
  tenant_ids?: string[];

  @ApiPropertyOptional({ description: 'the company that goes first', example: '019a5b0e-7b1c-7c3e-9d2f-1a2b3c4d5e6f' })
  @IfSent()
  @IsString()
  @MaxLength(36)
  canary_tenant_id?: string;

  @ApiPropertyOptional({ description: 'say what would be done, and do nothing', example: true })
  @IfSent()
  @IsBoolean()
  dry_run?: boolean;
}

/** @param body undefined for an empty one */
export const newRolloutOf = (body: CreateRolloutDto | undefined): NewRollout => ({
  targetVersion: body?.target_version,
  waveSizes: body?.wave_sizes,
  stopAfterFailures: body?.stop_after_failures,
  concurrencyPerServer: body?.concurrency_per_server,
  allowLocking: body?.allow_locking,
  notBefore: body?.not_before ? new Date(body.not_before) : undefined,
  tenantIds: body?.tenant_ids,
  canaryTenantId: body?.canary_tenant_id,
});

export class RollbackRolloutDto {
  @ApiPropertyOptional({ description: 'this wave alone; default: all', example: 2 })
  @IfSent()
  @IsInt()
  @Min(1)
  @Max(WAVES_MAX + 1)
  wave?: number;
}

export class SkipTenantDto {
  @ApiProperty({ example: 'year-end closing', maxLength: 200 })
  @IsString()
  @IsNotEmpty({ message: 'reason must say why' })
  @MaxLength(200)
  reason: string;
}

export class RehearseDto {
  @ApiProperty({ example: '019a5b0e-7b1c-7c3e-9d2f-1a2b3c4d5e6f' })
  @IsString()
  @MaxLength(36)
  of_tenant: string;

  @ApiPropertyOptional({ example: '1795478400000' })
  @IfSent()
  @Matches(VERSION, { message: `target_version ${VERSION_HELP}` })
  target_version?: string;

  @ApiPropertyOptional({ example: false })
  @IfSent()
  @IsBoolean()
  allow_locking?: boolean;
}

export class ListRolloutsQuery extends PageQuery {
  @ApiPropertyOptional({ enum: ROLLOUT_STATUSES })
  @IsOptional()
  @IsIn(ROLLOUT_STATUSES, { message: `status must be one of ${ROLLOUT_STATUSES.join(', ')}` })
  status?: RolloutStatus;
}

export class ListRolloutTenantsQuery extends PageQuery {
  @ApiPropertyOptional({ enum: ROLLOUT_TENANT_STATUSES })
  @IsOptional()
  @IsIn(ROLLOUT_TENANT_STATUSES, { message: `status must be one of ${ROLLOUT_TENANT_STATUSES.join(', ')}` })
  status?: RolloutTenantStatus;

  @ApiPropertyOptional({ example: 1 }) @IsOptional() @Type(() => Number) @IsInt() @Min(1) @Max(1_000) wave?: number;
}

export class ListLaggardsQuery extends PageQuery {
  @ApiPropertyOptional({
    description: 'behind this version; default: the newest of this release',
    example: '1795478400000',
  })
  @IfSent()
  @Matches(VERSION, { message: `target_version ${VERSION_HELP}` })
  target_version?: string;
}
