import { IfSent } from '@finvera/common';
import type { PreviousDatabase } from '@finvera/master-data';
import { ApiProperty, ApiPropertyOptional, PartialType, PickType } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsBoolean, IsIn, ValidateNested } from 'class-validator';
import { CreateTenantDto } from '../tenants/tenant.dto.js';

export const RESTORE_MODES = ['replace', 'copy'] as const;

/** What the new company is called. */
export class RestoreAsDto extends PartialType(PickType(CreateTenantDto, ['subdomain', 'company_name'] as const), {
  skipNullProperties: false,
}) {}

export class RestoreBackupDto {
  @ApiProperty({
    enum: RESTORE_MODES,
    example: 'copy',
    description:
      '`replace`: the company works with it from then on, and is closed meanwhile; `copy`: a new company beside it, which goes on undisturbed',
  })
  @IsIn(RESTORE_MODES, { message: `mode must be one of ${RESTORE_MODES.join(', ')}` })
  mode: (typeof RESTORE_MODES)[number];

  @ApiPropertyOptional({
    type: RestoreAsDto,
    example: { subdomain: 'acme-in-may', company_name: 'Acme Corp, May' },
    description:
      'with `copy`: name and subdomain of the new company; else they are made of those of the company and of the backup’s day',
  })
  @IfSent()
  @ValidateNested()
  @Type(() => RestoreAsDto)
  as?: RestoreAsDto;

  @ApiPropertyOptional({
    example: true,
    description: 'with `copy`: whether it may only be read; when nothing is said, one that is given no name with `as`',
  })
  @IfSent()
  @IsBoolean()
  read_only?: boolean;
}

export class PreviousDatabaseDto {
  @ApiProperty({ example: '019a5b0e-7b1c-7c3e-9d2f-1a2b3c4d5e6f' }) id: string;
  @ApiProperty() tenant_id: string;
  @ApiProperty({ example: 'finvera_acme_1702459200000' }) db_name: string;
  @ApiProperty({ nullable: true, type: String, example: '1795478400000' }) schema_version: string | null;
  @ApiProperty({ description: 'the operation that put another database in its place' }) replaced_by: string;
  @ApiProperty({ description: 'when that was' }) replaced_at: string;
  @ApiProperty({ description: 'it is dropped after this' }) keep_until: string;
}

export const toPreviousDatabaseDto = (previous: PreviousDatabase): PreviousDatabaseDto => ({
  id: previous.id,
  tenant_id: previous.tenantId,
  db_name: previous.dbName,
  schema_version: previous.schemaVersion,
  replaced_by: previous.replacedBy,
  replaced_at: previous.createdAt.toISOString(),
  keep_until: previous.keepUntil.toISOString(),
});
