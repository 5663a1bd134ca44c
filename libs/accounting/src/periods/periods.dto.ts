import { IsCalendarDate } from '@finvera/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString, MaxLength, ValidateIf } from 'class-validator';

export class FinancialYearDto {
  @ApiProperty({ example: '2026-27' }) name: string;
  @ApiProperty({ example: '2026-04-01' }) start_date: string;
  @ApiProperty({ example: '2027-03-31' }) end_date: string;
  @ApiProperty({ enum: ['open', 'closed'] }) status: 'open' | 'closed';
  @ApiProperty({ nullable: true, type: String, description: 'of a closed year; null when there was nothing to close' })
  closing_voucher_id: string | null;
}

export class PeriodsDto {
  @ApiProperty({ nullable: true, type: String, example: '2026-04-30' }) lock_date: string | null;
  @ApiProperty({ type: [FinancialYearDto] }) financial_years: FinancialYearDto[];
  @ApiProperty({ description: 'for `If-Match`; shared with the settings of the company' }) version: number;
}

export class UpdatePeriodsDto {
  @ApiProperty({ nullable: true, type: String, example: '2026-04-30', description: 'null: nothing is locked' })
  @ValidateIf((body: UpdatePeriodsDto) => body.lock_date !== null)
  @IsCalendarDate()
  lock_date: string | null;

  @ApiPropertyOptional({ example: 'April is filed', maxLength: 500 })
  @IsOptional()
  @IsString()
  @MaxLength(500)
  reason?: string;
}
