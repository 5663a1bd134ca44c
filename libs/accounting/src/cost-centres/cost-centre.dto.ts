import { IfSent, PageQuery, trimmed } from '@finvera/common';
import { ApiProperty, ApiPropertyOptional, PartialType } from '@nestjs/swagger';
import { IsBoolean, IsNotEmpty, IsOptional, IsString, Matches, MaxLength } from 'class-validator';
import type { CostCategory, CostCentre } from './cost-centre.entity.js';

const ID = /^\d{1,20}$/;

export class CostCategoryBodyDto {
  @ApiProperty({ example: 'Departments' })
  @trimmed()
  @MaxLength(120)
  @IsString()
  @IsNotEmpty({ message: 'name must not be empty' })
  name: string;
}

export class CostCategoryDto {
  @ApiProperty({ example: '383483921874944' }) id: string;
  @ApiProperty({ example: 'Departments' }) name: string;
  @ApiProperty() version: number;
}

export const toCostCategoryDto = ({ id, name, version }: CostCategory): CostCategoryDto => ({ id, name, version });

export class CreateCostCentreDto {
  @ApiProperty({ example: 'Marketing' })
  @trimmed()
  @MaxLength(120)
  @IsString()
  @IsNotEmpty({ message: 'name must not be empty' })
  name: string;

  @ApiPropertyOptional({ description: 'id of its cost category; by default that of the parent, or the primary one' })
  @IfSent()
  @Matches(ID, { message: 'category_id must be the id of a cost category' })
  category_id?: string;

  @ApiPropertyOptional({ nullable: true, type: String, description: 'id of the centre that it stands under' })
  @IsOptional()
  @Matches(ID, { message: 'parent_id must be the id of a cost centre' })
  parent_id?: string | null;

  @ApiPropertyOptional({ default: true }) @IfSent() @IsBoolean() is_active?: boolean;
}

/** What is not sent stays. */
export class UpdateCostCentreDto extends PartialType(CreateCostCentreDto, { skipNullProperties: false }) {}

export class ListCostCentresQuery extends PageQuery {
  @ApiPropertyOptional()
  @IsOptional()
  @Matches(ID, { message: 'category_id must be the id of a cost category' })
  category_id?: string;
}

export class CostCentreDto {
  @ApiProperty({ example: '383483921874944' }) id: string;
  @ApiProperty({ example: 'Marketing' }) name: string;
  @ApiProperty() category_id: string;
  @ApiProperty({ nullable: true, type: String }) parent_id: string | null;
  @ApiProperty() is_active: boolean;
  @ApiProperty() version: number;
}

export const toCostCentreDto = (centre: CostCentre): CostCentreDto => ({
  id: centre.id,
  name: centre.name,
  category_id: centre.categoryId,
  parent_id: centre.parentId,
  is_active: centre.isActive,
  version: centre.version,
});
