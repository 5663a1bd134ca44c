import { PAGE_LIMIT_MAX } from '@finvera/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';

export class AuditLogQuery {
  @ApiPropertyOptional() @IsOptional() @IsString() @MaxLength(36) tenant_id?: string;
  @ApiPropertyOptional({ example: 'tenant.suspended' }) @IsOptional() @IsString() @MaxLength(60) action?: string;
  @ApiPropertyOptional({ description: 'e-mail of the admin' }) @IsOptional() @IsString() @MaxLength(254) actor?: string;
  @ApiPropertyOptional() @IsOptional() @IsString() @MaxLength(200) cursor?: string;

  @ApiPropertyOptional({ default: 100, maximum: PAGE_LIMIT_MAX })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(PAGE_LIMIT_MAX)
  limit: number = 100;
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
  @ApiProperty({ description: 'SHA-256 over this entry and the hash of the one before' }) hash: string;
}
