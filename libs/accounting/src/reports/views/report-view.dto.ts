import { IfSent, PageQuery, trimmed } from '@finvera/common';
import { ApiProperty, ApiPropertyOptional, PartialType } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsObject, IsOptional, IsString, MaxLength, MinLength } from 'class-validator';
import { LinksDto } from '../frame/links.js';
import { RELATIVE_PERIODS, type RelativePeriod } from './relative-period.js';

export class CreateReportViewDto {
  @ApiProperty({ example: 'Profit, month by month' })
  @trimmed()
  @IsString()
  @MinLength(1)
  @MaxLength(120)
  name: string;

  @ApiProperty({ example: 'profit-and-loss', description: 'its name in `GET /api/reports`' })
  @IsString()
  @MaxLength(60)
  report: string;

  @ApiPropertyOptional({
    type: Object,
    example: { compare: '3' },
    description: 'what the report is asked, as in its query; the `id` of a path as well',
  })
  @IfSent()
  @IsObject()
  parameters?: Record<string, string>;

  @ApiPropertyOptional({
    enum: RELATIVE_PERIODS,
    nullable: true,
    example: 'last_month',
    description: 'a period in words, which moves on with the calendar; instead of its dates among the parameters',
  })
  @IsOptional()
  @IsIn(RELATIVE_PERIODS, { message: `period must be one of ${RELATIVE_PERIODS.join(', ')}` })
  period?: RelativePeriod | null;

  @ApiPropertyOptional({ default: false, description: 'for everybody in the company, not for oneself alone' })
  @IfSent()
  @IsBoolean()
  shared?: boolean;
}

export class UpdateReportViewDto extends PartialType(CreateReportViewDto, { skipNullProperties: false }) {}

export class ListReportViewsQuery extends PageQuery {
  @ApiPropertyOptional({ example: 'profit-and-loss' })
  @IsOptional()
  @IsString()
  @MaxLength(60)
  report?: string;
}

export class ReportViewDto {
  @ApiProperty({ example: '383483921874944' }) id: string;
  @ApiProperty({ example: 'Profit, month by month' }) name: string;
  @ApiProperty({ example: 'profit-and-loss' }) report: string;
  @ApiProperty({ type: Object, example: { compare: '3' } }) parameters: Record<string, string>;
  @ApiProperty({ enum: RELATIVE_PERIODS, nullable: true, example: 'last_month' }) period: RelativePeriod | null;
  @ApiProperty({ example: false }) shared: boolean;
  @ApiProperty({ example: 1 }) version: number;
  @ApiProperty({ type: LinksDto, description: '`report`: the report as it is asked today' }) links: LinksDto;
}
