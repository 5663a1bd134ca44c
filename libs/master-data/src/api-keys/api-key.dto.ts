import { IfSent, PageQuery, trimmed } from '@finvera/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  ArrayNotEmpty,
  ArrayUnique,
  IsArray,
  IsIn,
  IsISO8601,
  IsNotEmpty,
  IsOptional,
  IsString,
  MaxLength,
} from 'class-validator';
import { API_KEY_SCOPES } from './api-key-scopes.js';
import type { ApiKey } from './api-key.entity.js';

export class CreateApiKeyDto {
  @ApiProperty({ example: 'provisioning of our shop', maxLength: 120, description: 'stands in the audit log' })
  @trimmed()
  @IsString()
  @IsNotEmpty()
  @MaxLength(120)
  name: string;

  @ApiProperty({ example: ['tenants:write', 'operations:read'], enum: API_KEY_SCOPES, isArray: true })
  @IsArray()
  @ArrayNotEmpty()
  @ArrayUnique()
  @IsIn(API_KEY_SCOPES, { each: true, message: `scopes must be some of ${API_KEY_SCOPES.join(', ')}` })
  scopes: string[];

  @ApiPropertyOptional({
    nullable: true,
    type: String,
    example: '2099-12-31T00:00:00Z',
    description: 'left away: in a year; null: never',
  })
  @IsOptional()
  @IsISO8601({ strict: true }, { message: 'expires_at must be an instant such as 2027-12-31T00:00:00Z, or null' })
  expires_at?: string | null;
}

export class ListApiKeysQuery extends PageQuery {
  @ApiPropertyOptional({ enum: ['true', 'false'] })
  @IfSent()
  @IsIn(['true', 'false'])
  revoked?: 'true' | 'false';
}

export class ApiKeyDto {
  @ApiProperty({ example: '019a5b0e-7b1c-7c3e-9d2f-1a2b3c4d5e6f' }) id: string;
  @ApiProperty({ example: 'provisioning of our shop' }) name: string;
  @ApiProperty({ example: 'fvk_1a2b3c4d', description: 'how it begins' }) prefix: string;
  @ApiProperty({ type: [String], example: ['tenants:write'] }) scopes: string[];
  @ApiProperty({ example: 'admin@finvera.local' }) created_by: string;
  @ApiProperty() created_at: string;
  @ApiProperty({ nullable: true, type: String }) expires_at: string | null;
  @ApiProperty({ nullable: true, type: String, description: 'to about a minute' }) last_used_at: string | null;
  @ApiProperty({ nullable: true, type: String }) last_used_from: string | null;
  @ApiProperty({ nullable: true, type: String }) revoked_at: string | null;
  @ApiProperty({ nullable: true, type: String }) revoked_by: string | null;
}

export class CreatedApiKeyDto extends ApiKeyDto {
  @ApiProperty({ example: 'fvk_1a2b3c4d_…', description: 'send it as `Authorization: Bearer …`; shown this once' })
  key: string;
}

export const toApiKeyDto = (apiKey: ApiKey): ApiKeyDto => ({
  id: apiKey.id,
  name: apiKey.name,
  prefix: apiKey.prefix,
  scopes: apiKey.scopes,
  created_by: apiKey.createdBy,
  created_at: apiKey.createdAt.toISOString(),
  expires_at: apiKey.expiresAt?.toISOString() ?? null,
  last_used_at: apiKey.lastUsedAt?.toISOString() ?? null,
  last_used_from: apiKey.lastUsedFrom,
  revoked_at: apiKey.revokedAt?.toISOString() ?? null,
  revoked_by: apiKey.revokedBy,
});
