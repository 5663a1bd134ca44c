import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsIn, IsOptional, Matches, ValidateNested } from 'class-validator';
import { LinksDto } from '../frame/links.js';
import type { Constructor } from '../frame/mixin.js';
import { SCHEDULE_LINES } from './lines.js';

const ID = '383483921874944';
const LINES_MAX = 2_000;
const LINE_NAMES = SCHEDULE_LINES.map(({ line }) => line);
export const FORMS = ['simple', 'schedule_iii'] as const;

/** Adds `form` to a query. */
export function InForm<Base extends Constructor>(base: Base) {
  class FormQuery extends base {
    @ApiPropertyOptional({
      enum: FORMS,
      default: 'simple',
      description:
        'schedule_iii: besides, the lines of the Companies Act 2013, Schedule III, Division I, in `schedule_iii`; the other forms of the file show them alone. Which groups and ledgers stand in which line: `/api/settings/schedule-iii`.',
    })
    @IsOptional()
    @IsIn(FORMS, { message: `form must be one of ${FORMS.join(', ')}` })
    form?: (typeof FORMS)[number];
  }
  return FormQuery;
}

class ScheduleLedgerDto {
  @ApiProperty({ nullable: true, type: String, example: ID }) ledger_id: string | null;
  @ApiProperty({ example: 'Counter sales' }) ledger: string;
  @ApiProperty({ example: '1180.00' }) amount: string;
  @ApiProperty({ required: false, type: [String] }) comparatives?: string[];
  @ApiProperty({ required: false, type: LinksDto }) links?: LinksDto;
}

class ScheduleLineDto {
  @ApiProperty({ enum: LINE_NAMES, example: 'revenue_from_operations' }) line: string;
  @ApiProperty({ example: 'Revenue from operations' }) title: string;
  @ApiProperty({ example: '1180.00', description: 'positive in its own direction' }) amount: string;
  @ApiProperty({ required: false, type: [String] }) comparatives?: string[];
  @ApiProperty({ type: [ScheduleLedgerDto] }) ledgers: ScheduleLedgerDto[];
}

class ScheduleSectionDto {
  @ApiProperty({ example: 'income' }) section: string;
  @ApiProperty({ example: 'Income' }) title: string;
  @ApiProperty({ example: '1180.00' }) amount: string;
  @ApiProperty({ required: false, type: [String] }) comparatives?: string[];
  @ApiProperty({ type: [ScheduleLineDto], description: 'without those of nothing' }) lines: ScheduleLineDto[];
}

class ScheduleTotalDto {
  @ApiProperty({ example: 'profit_for_the_period' }) total: string;
  @ApiProperty({ example: 'Profit (loss) for the period' }) title: string;
  @ApiProperty({ example: '1180.00' }) amount: string;
  @ApiProperty({ required: false, type: [String] }) comparatives?: string[];
}

export class ScheduleDto {
  @ApiProperty({ type: [ScheduleSectionDto] }) sections: ScheduleSectionDto[];
  @ApiProperty({ type: [ScheduleTotalDto] }) totals: ScheduleTotalDto[];
}

export class OwnLineDto {
  @ApiProperty({ enum: LINE_NAMES, example: 'employee_benefits_expense' }) line: string;
  @ApiProperty({ nullable: true, type: String, example: null }) group_id: string | null;
  @ApiProperty({ nullable: true, type: String, example: null }) group: string | null;
  @ApiProperty({ nullable: true, type: String, example: ID }) ledger_id: string | null;
  @ApiProperty({ nullable: true, type: String, example: 'Salaries' }) ledger: string | null;
}

export class SetOwnLineDto {
  @ApiProperty({ enum: LINE_NAMES, example: 'employee_benefits_expense' })
  @IsIn(LINE_NAMES, { message: 'line must be a line of Schedule III, such as employee_benefits_expense' })
  line: string;

  @ApiPropertyOptional({ description: 'with all that stands below it' })
  @IsOptional()
  @Matches(/^\d{1,19}$/, { message: 'group_id must be the id of a group' })
  group_id?: string;

  @ApiPropertyOptional({ description: 'before what is said of its groups' })
  @IsOptional()
  @Matches(/^\d{1,19}$/, { message: 'ledger_id must be the id of a ledger' })
  ledger_id?: string;
}

export class SetOwnLinesDto {
  @ApiProperty({ type: [SetOwnLineDto] })
  @IsArray()
  @ArrayMaxSize(LINES_MAX)
  @ValidateNested({ each: true })
  @Type(() => SetOwnLineDto)
  lines: SetOwnLineDto[];
}
