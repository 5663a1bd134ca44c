import { AmountField, trimmed } from '@finvera/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsNotEmpty, IsOptional, IsString, Matches, MaxLength } from 'class-validator';

/** Parts of one entry. */
export const COST_PARTS_MAX = 200;

export class CostPartDto {
  @ApiPropertyOptional({ description: 'id of the cost centre' })
  @IsOptional()
  @Matches(/^\d{1,20}$/, { message: '$property must be the id of a cost centre' })
  cost_centre_id?: string;

  @ApiPropertyOptional({ example: 'Marketing', description: 'or its name' })
  @IsOptional()
  @trimmed()
  @MaxLength(120)
  @IsString()
  @IsNotEmpty()
  cost_centre?: string;

  @AmountField({ example: '1180.00' })
  amount: string;
}

export class CostPartAnswerDto {
  @ApiProperty() cost_centre_id: string;
  @ApiProperty({ example: 'Marketing' }) cost_centre: string;
  @ApiProperty({ example: '1180.00' }) amount: string;
}
