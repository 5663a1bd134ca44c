import { PageQuery, trimmed } from '@finvera/common';
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
import { PERMISSIONS } from '../users/permissions.js';

export class CreateCompanyKeyDto {
  @ApiProperty({ example: 'web shop', maxLength: 120, description: 'stands in the edit log' })
  @trimmed()
  @IsString()
  @IsNotEmpty()
  @MaxLength(120)
  name: string;

  @ApiProperty({ example: ['vouchers:read', 'vouchers:post'], enum: PERMISSIONS, isArray: true })
  @IsArray()
  @ArrayNotEmpty()
  @ArrayUnique()
  @IsIn(PERMISSIONS, { each: true, message: `permissions must be some of ${PERMISSIONS.join(', ')}` })
  permissions: string[];

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

export class ListCompanyKeysQuery extends PageQuery {}

export class CompanyKeyDto {
  @ApiProperty({ example: '383483921874944' }) id: string;
  @ApiProperty({ example: 'web shop' }) name: string;
  @ApiProperty({ example: '…_x7Kq2a…', description: 'how its secret begins' }) hint: string;
  @ApiProperty({ type: [String], example: ['vouchers:post'] }) permissions: string[];
  @ApiProperty() created_by: string;
  @ApiProperty() created_at: string;
  @ApiProperty({ nullable: true, type: String }) expires_at: string | null;
  @ApiProperty({ nullable: true, type: String, description: 'to about a minute' }) last_used_at: string | null;
  @ApiProperty({ nullable: true, type: String }) revoked_at: string | null;
}

export class CreatedCompanyKeyDto extends CompanyKeyDto {
  @ApiProperty({ example: 'fvc_…', description: 'send it as `Authorization: Bearer …`; shown this once' }) key: string;
}
