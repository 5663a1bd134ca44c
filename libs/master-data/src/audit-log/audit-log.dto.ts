import { PAGE_LIMIT_MAX } from '@finvera/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsIn, IsInt, IsISO8601, IsOptional, IsString, Matches, Max, MaxLength, Min } from 'class-validator';

const INSTANT = { message: '$property must be a date or an instant such as 2026-11-24 or 2026-11-24T22:00:00Z' };

/** Which entries. */
export class AuditLogFilter {
  @ApiPropertyOptional() @IsOptional() @IsString() @MaxLength(36) tenant_id?: string;

  @ApiPropertyOptional({ example: 'tenant.suspended', description: 'an action, or all of a kind: `tenant.*`' })
  @IsOptional()
  @IsString()
  @MaxLength(60)
  @Matches(/^[a-z_]+\.([a-z_]+|\*)$/, { message: 'action must be an action such as tenant.suspended, or tenant.*' })
  action?: string;

  @ApiPropertyOptional({ description: 'e-mail of the admin, or name of the API key' })
  @IsOptional()
  @IsString()
  @MaxLength(254)
  actor?: string;

  @ApiPropertyOptional({ description: 'from this day or instant on (UTC)', example: '2026-01-01' })
  @IsOptional()
  @IsISO8601({ strict: true }, INSTANT)
  from?: string;

  @ApiPropertyOptional({ description: 'to the end of this day, or before this instant (UTC)', example: '2099-12-31' })
  @IsOptional()
  @IsISO8601({ strict: true }, INSTANT)
  to?: string;

  @ApiPropertyOptional({
    description: 'a part of what stands in an entry: names, ids, address, action, what was before and after',
    maxLength: 100,
  })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  search?: string;
}

export class AuditLogQuery extends AuditLogFilter {
  @ApiPropertyOptional() @IsOptional() @IsString() @MaxLength(200) cursor?: string;

  @ApiPropertyOptional({ default: 100, maximum: PAGE_LIMIT_MAX })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(PAGE_LIMIT_MAX)
  limit: number = 100;
}

export const AUDIT_EXPORT_FORMATS = ['ndjson', 'csv'] as const;
export type AuditExportFormat = (typeof AUDIT_EXPORT_FORMATS)[number];

export class AuditExportQuery extends AuditLogFilter {
  @ApiPropertyOptional({ enum: AUDIT_EXPORT_FORMATS, default: 'ndjson' })
  @IsOptional()
  @IsIn(AUDIT_EXPORT_FORMATS)
  format: AuditExportFormat = 'ndjson';
}

export class AuditEntryDto {
  @ApiProperty({ example: '17' }) id: string;
  @ApiProperty({ example: '2026-11-24T12:00:00.000Z' }) at: string;
  @ApiProperty() actor_id: string;
  @ApiProperty({ example: 'admin@finvera.local' }) actor_name: string;
  @ApiProperty({ example: 'platform' }) actor_kind: string;
  @ApiProperty() request_id: string;
  @ApiProperty({ nullable: true, type: String }) ip: string | null;
  @ApiProperty({ example: 'tenant.suspended' }) action: string;
  @ApiProperty({ nullable: true, type: String }) tenant_id: string | null;
  @ApiProperty({ example: 'tenant' }) object_type: string;
  @ApiProperty() object_id: string;
  @ApiProperty({ nullable: true, type: Object }) before_state: unknown;
  @ApiProperty({ nullable: true, type: Object }) after_state: unknown;
  @ApiProperty({ description: 'hash of the entry before' }) previous_hash: string;
  @ApiProperty({ description: 'SHA-256 over this entry and the hash of the one before' }) hash: string;
}
