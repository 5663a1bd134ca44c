import { IsCalendarDate, PageQuery } from '@finvera/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, Matches } from 'class-validator';
import { CURRENCIES, RATE, RATE_MESSAGE } from './foreign.dto.js';

export class ExchangeRateBodyDto {
  @ApiProperty({ example: '83.5', description: 'base units for one foreign unit' })
  @IsString()
  @Matches(RATE, { message: RATE_MESSAGE })
  rate: string;
}

export class ListExchangeRatesQuery extends PageQuery {
  @ApiPropertyOptional({ example: 'USD' })
  @IsOptional()
  @IsIn(CURRENCIES, { message: 'currency must be an ISO 4217 code such as USD' })
  currency?: string;

  @ApiPropertyOptional({ example: '2026-04-01' }) @IsOptional() @IsCalendarDate() from?: string;
  @ApiPropertyOptional({ example: '2027-03-31' }) @IsOptional() @IsCalendarDate() to?: string;
}

export class ExchangeRateDto {
  @ApiProperty({ example: 'USD' }) currency: string;
  @ApiProperty({ example: '2026-11-24', description: 'it holds from this day on, until the next one' }) date: string;
  @ApiProperty({ example: '83.5' }) rate: string;
}
