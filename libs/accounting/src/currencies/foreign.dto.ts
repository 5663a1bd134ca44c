import { IsAmount } from '@finvera/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, Matches } from 'class-validator';

export const CURRENCIES = Intl.supportedValuesOf('currency');

/** Base units for one foreign unit: up to 12 digits before the point and 10 behind it. */
export const RATE = /^(?!0+(?:\.0+)?$)\d{1,12}(\.\d{1,10})?$/;
export const RATE_MESSAGE =
  '$property must be a string with a plain decimal greater than zero such as "83.5", at most 10 digits after the point';

/** What an adjustment without a foreign amount is for. */
export const ADJUSTMENTS = ['settlement', 'revaluation'] as const;
export type Adjustment = (typeof ADJUSTMENTS)[number];

export class ForeignDto {
  @ApiProperty({ example: 'USD', description: 'ISO 4217, not the base currency' })
  @IsIn(CURRENCIES, { message: 'currency must be an ISO 4217 code such as USD' })
  currency: string;

  @ApiPropertyOptional({
    example: '100.00',
    nullable: true,
    type: String,
    description: 'in the foreign currency, on the side of the entry',
  })
  @IsOptional()
  @IsAmount()
  debit?: string | null;

  @ApiPropertyOptional({ example: null, nullable: true, type: String })
  @IsOptional()
  @IsAmount()
  credit?: string | null;

  @ApiPropertyOptional({
    example: '83.5',
    nullable: true,
    type: String,
    description:
      'base units for one foreign unit; left away: what the amounts say, or the latest rate of `/api/exchange-rates` up to the date',
  })
  @IsOptional()
  @IsString()
  @Matches(RATE, { message: RATE_MESSAGE })
  rate?: string | null;

  @ApiPropertyOptional({
    enum: ADJUSTMENTS,
    nullable: true,
    type: String,
    description: 'instead of an amount: the entry changes only what the foreign balance is worth in base currency',
  })
  @IsOptional()
  @IsIn(ADJUSTMENTS, { message: `adjusts must be one of ${ADJUSTMENTS.join(', ')}` })
  adjusts?: Adjustment | null;
}

export class ForeignAnswerDto {
  @ApiProperty({ example: 'USD' }) currency: string;
  @ApiProperty({ nullable: true, type: String, example: '100.00' }) debit: string | null;
  @ApiProperty({ nullable: true, type: String, example: null }) credit: string | null;
  @ApiProperty({ nullable: true, type: String, example: '83.5' }) rate: string | null;
  @ApiProperty({ nullable: true, type: String, enum: ADJUSTMENTS }) adjusts: Adjustment | null;
}
