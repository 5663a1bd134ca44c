import { IfSent } from '@finvera/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsNotEmpty,
  IsOptional,
  IsString,
  MaxLength,
  Min,
} from 'class-validator';
import { CreateTenantDto } from '../tenants/tenant.dto.js';

/** Rows that one request takes; larger files go through the command line. */
export const REQUEST_ROWS_MAX = 1_000;
const NAMED_MAX = 10_000;

export class BulkRowDto extends CreateTenantDto {
  @ApiPropertyOptional({
    example: 'crm-4711',
    description: 'the same key again gives the first answer again; without it, the same row does',
    maxLength: 200,
  })
  @IfSent()
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  idempotency_key?: string;
}

export class CreateManyDto {
  @ApiProperty({ type: [BulkRowDto], maxItems: REQUEST_ROWS_MAX })
  tenants: BulkRowDto[];
}

export class CreateManyQuery {
  @ApiPropertyOptional({ enum: ['true', 'false'], description: '`true`: every row is checked, nothing is made' })
  @IsOptional()
  @IsIn(['true', 'false'])
  dry_run?: string;
}

export class RowAdminUserDto {
  @ApiProperty({ example: 'admin@acme.com' }) email: string;
  @ApiPropertyOptional() temporary_password?: string;
}

export class RowResultDto {
  @ApiProperty({ example: 1, description: 'counted from 1' }) row: number;
  @ApiProperty({ example: 'acme' }) subdomain: string;
  @ApiProperty({ enum: ['created', 'existing', 'valid', 'failed', 'not_started'] }) status: string;
  @ApiPropertyOptional({ example: '019a5b0e-7b1c-7c3e-9d2f-1a2b3c4d5e6f' }) tenant_id?: string;
  @ApiPropertyOptional({ type: RowAdminUserDto }) admin_user?: RowAdminUserDto;
  @ApiPropertyOptional({ example: 'subdomain_taken' }) code?: string;
  @ApiPropertyOptional() error?: string;
}

export class CreateManySummaryDto {
  @ApiProperty({ example: 100 }) rows: number;
  @ApiProperty({ example: 98 }) created: number;
  @ApiProperty({ example: 1 }) existing: number;
  @ApiProperty({ example: 0, description: 'with `dry_run`' }) valid: number;
  @ApiProperty({ example: 1 }) failed: number;
  @ApiProperty({ example: 0, description: 'the client went away before' }) not_started: number;
}

export class ChangeManyDto {
  @ApiPropertyOptional({ type: [String], example: ['acme'], description: 'ids or subdomains' })
  @IfSent()
  @IsArray()
  @ArrayMaxSize(NAMED_MAX)
  @IsString({ each: true })
  @MaxLength(63, { each: true })
  tenants?: string[];

  @ApiPropertyOptional({ example: 'trial' }) @IfSent() @IsString() @MaxLength(40) plan?: string;
  @ApiPropertyOptional({ description: 'as in the list' }) @IfSent() @IsString() @MaxLength(100) search?: string;

  @ApiPropertyOptional({ description: 'every company, when nothing else says which' })
  @IfSent()
  @IsBoolean()
  all?: boolean;

  @ApiPropertyOptional({ example: 'Non-payment', maxLength: 500 })
  @IfSent()
  @IsString()
  @MaxLength(500)
  reason?: string;

  @ApiPropertyOptional({ description: 'how many you believe there are; with another number nothing is changed' })
  @IfSent()
  @IsInt()
  @Min(0)
  expected_count?: number;

  @ApiPropertyOptional({ description: 'only says which they would be' })
  @IfSent()
  @IsBoolean()
  dry_run?: boolean;
}

export class ChangedTenantDto {
  @ApiProperty({ example: '019a5b0e-7b1c-7c3e-9d2f-1a2b3c4d5e6f' }) id: string;
  @ApiProperty({ example: 'acme' }) subdomain: string;
}

export class SkippedTenantDto extends ChangedTenantDto {
  @ApiProperty({ enum: ['operation_running', 'tenant_status'] }) code: string;
  @ApiPropertyOptional() operation_id?: string;
}

export class ChangeManyResultDto {
  @ApiProperty({ example: 1 }) matched: number;
  @ApiProperty({ type: [ChangedTenantDto] }) changed: ChangedTenantDto[];
  @ApiProperty({ type: [SkippedTenantDto] }) skipped: SkippedTenantDto[];
}
