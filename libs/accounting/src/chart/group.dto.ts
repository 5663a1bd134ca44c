import { PageQuery, IfSent, trimmed } from '@finvera/common';
import { ApiProperty, ApiPropertyOptional, PartialType } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsNotEmpty, IsOptional, IsString, Matches, MaxLength } from 'class-validator';
import { type AccountGroup, NATURES, type Nature } from './account-group.entity.js';

const ID = /^\d{1,20}$/;

export class CreateGroupDto {
  @ApiProperty({ example: 'Branch Debtors' })
  @trimmed()
  @MaxLength(120)
  @IsString()
  @IsNotEmpty({ message: 'name must not be empty' })
  name: string;

  @ApiPropertyOptional({ description: 'id of the group that it stands under' })
  @IfSent()
  @Matches(ID, { message: 'parent_id must be the id of a group' })
  parent_id?: string;

  @ApiPropertyOptional({ example: 'Sundry Debtors', description: 'or the name of that group' })
  @IfSent()
  @trimmed()
  @IsString()
  @MaxLength(120)
  parent?: string;

  @ApiPropertyOptional({ enum: NATURES, description: 'of a primary group, which stands under none' })
  @IfSent()
  @IsIn(NATURES, { message: `nature must be one of ${NATURES.join(', ')}` })
  nature?: Nature;

  @ApiPropertyOptional({ description: 'of a primary income or expense group: direct, above gross profit' })
  @IfSent()
  @IsBoolean()
  affects_gross_profit?: boolean;
}

/** What is not sent stays. */
export class UpdateGroupDto extends PartialType(CreateGroupDto, { skipNullProperties: false }) {}

export class ListGroupsQuery extends PageQuery {
  @ApiPropertyOptional({ enum: NATURES }) @IsOptional() @IsIn(NATURES) nature?: Nature;
}

export class GroupDto {
  @ApiProperty({ example: '383483921874944' }) id: string;
  @ApiProperty({ example: 'Sundry Debtors' }) name: string;
  @ApiProperty({ nullable: true, type: String }) parent_id: string | null;
  @ApiProperty({ enum: NATURES }) nature: string;
  @ApiProperty() affects_gross_profit: boolean;
  @ApiProperty({ description: 'seeded: can be renamed, not deleted' }) is_reserved: boolean;
  @ApiProperty({ nullable: true, type: String, example: 'sundry_debtors' }) reserved_code: string | null;
  @ApiProperty() version: number;
  @ApiProperty() created_at: string;
  @ApiProperty() updated_at: string;
}

export const toGroupDto = (group: AccountGroup): GroupDto => ({
  id: group.id,
  name: group.name,
  parent_id: group.parentId,
  nature: group.nature,
  affects_gross_profit: group.affectsGrossProfit,
  is_reserved: group.isReserved,
  reserved_code: group.reservedCode,
  version: group.version,
  created_at: group.createdAt.toISOString(),
  updated_at: group.updatedAt.toISOString(),
});
