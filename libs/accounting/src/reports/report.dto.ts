import { IsCalendarDate, PAGE_LIMIT_MAX } from '@finvera/common';
import { ApiProperty, ApiPropertyOptional, type ApiPropertyOptions } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsIn, IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import { NATURES } from '../chart/account-group.entity.js';
import { ComparedPeriodDto, Comparing } from './frame/compared-periods.js';
import { FormatQuery } from './frame/format-query.js';
import { KnownAt } from './frame/known-at.js';
import { LinksDto } from './frame/links.js';
import { InForm, ScheduleDto } from './schedule-iii/schedule-iii.dto.js';

const ID = '383483921874944';

export class TrialBalanceQuery extends Comparing(KnownAt(FormatQuery)) {
  @ApiPropertyOptional({ example: '2027-03-31', description: 'default: today' })
  @IsOptional()
  @IsCalendarDate()
  as_of?: string;

  @ApiPropertyOptional({
    example: '2026-04-01',
    description: 'default: first day of the financial year that holds as_of',
  })
  @IsOptional()
  @IsCalendarDate()
  from?: string;

  @ApiPropertyOptional({
    description:
      'one row per group at this depth (1: primary groups) instead of one per ledger, each net of all that lies below; ledgers of groups that do not go so deep count in their own',
  })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(20)
  level?: number;
}

export class PeriodQuery extends FormatQuery {
  @ApiPropertyOptional({ example: '2026-04-01', description: 'default: first day of the financial year that holds to' })
  @IsOptional()
  @IsCalendarDate()
  from?: string;

  @ApiPropertyOptional({ example: '2027-03-31', description: 'default: today' })
  @IsOptional()
  @IsCalendarDate()
  to?: string;
}

export class AsOfQuery extends FormatQuery {
  @ApiPropertyOptional({ example: '2027-03-31', description: 'default: today' })
  @IsOptional()
  @IsCalendarDate()
  as_of?: string;
}

export class ProfitAndLossQuery extends InForm(Comparing(KnownAt(PeriodQuery))) {}

export class BalanceSheetQuery extends InForm(Comparing(KnownAt(AsOfQuery))) {}

export class PagedPeriodQuery extends PeriodQuery {
  @ApiPropertyOptional({ description: '`meta.next_cursor` of the page before' })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  cursor?: string;

  @ApiPropertyOptional({ default: 100, maximum: PAGE_LIMIT_MAX })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(PAGE_LIMIT_MAX)
  limit: number = 100;
}

export class StatementQuery extends KnownAt(PagedPeriodQuery) {
  @ApiPropertyOptional({
    enum: ['start', 'end'],
    default: 'start',
    description: 'without `cursor`: `end` begins with the last page; `meta.previous_cursor` goes on backwards',
  })
  @IsOptional()
  @IsIn(['start', 'end'], { message: 'position must be start or end' })
  position?: 'start' | 'end';
}

class SixColumnsDto {
  @ApiProperty({ example: '0.00', description: 'net, when it stands in debit' }) opening_debit: string;
  @ApiProperty({ example: '0.00', description: 'net, when it stands in credit' }) opening_credit: string;
  @ApiProperty({ example: '1180.00', description: 'gross movement, both days included' }) debit: string;
  @ApiProperty({ example: '0.00' }) credit: string;
  @ApiProperty({ example: '1180.00', description: 'opening and movement, net' }) closing_debit: string;
  @ApiProperty({ example: '0.00' }) closing_credit: string;
}

export class TrialBalanceRowDto extends SixColumnsDto {
  @ApiProperty({ nullable: true, type: String, example: ID, description: 'null with `level`' })
  ledger_id: string | null;
  @ApiProperty({ nullable: true, type: String, example: 'Cash', description: 'null with `level`' })
  ledger: string | null;
  @ApiProperty({ example: ID }) group_id: string;
  @ApiProperty({ example: 'Cash-in-Hand' }) group: string;
  @ApiProperty({ enum: NATURES, example: 'asset' }) nature: string;
  @ApiProperty({ type: LinksDto }) links: LinksDto;
  @ApiProperty({
    required: false,
    type: [String],
    description: 'with `compare`: closing of each of `periods`, debit positive',
  })
  comparatives?: string[];
}

class ComparedDto {
  @ApiProperty({ required: false, type: [String], description: 'with `compare`: the same of each period beside' })
  comparatives?: string[];
}

const PERIODS: ApiPropertyOptions = {
  required: false,
  type: [ComparedPeriodDto],
  description: 'with `compare`: the periods beside',
};

const TOTALS = {
  opening_debit: '0.00',
  opening_credit: '0.00',
  debit: '1180.00',
  credit: '1180.00',
  closing_debit: '1180.00',
  closing_credit: '1180.00',
};

export class TrialBalanceDto {
  @ApiProperty({ example: '2026-04-01' }) from: string;
  @ApiProperty({ example: '2027-03-31' }) as_of: string;
  @ApiProperty({
    type: [TrialBalanceRowDto],
    description: 'by order of groups and name; without those of six zeros',
  })
  rows: TrialBalanceRowDto[];
  @ApiProperty({ type: SixColumnsDto, example: TOTALS, description: 'each pair is equal' }) totals: SixColumnsDto;
  @ApiProperty(PERIODS) periods?: ComparedPeriodDto[];
}

class ReportLineDto extends ComparedDto {
  @ApiProperty({ type: LinksDto }) links: LinksDto;
  @ApiProperty({ example: ID }) ledger_id: string;
  @ApiProperty({ example: 'Counter sales' }) ledger: string;
  @ApiProperty({ example: '1180.00' }) amount: string;
}

class ReportGroupDto extends ComparedDto {
  @ApiProperty({ type: LinksDto }) links: LinksDto;
  @ApiProperty({ example: ID }) group_id: string;
  @ApiProperty({ example: 'Sales Accounts' }) group: string;
  @ApiProperty({ example: '1180.00' }) amount: string;
  @ApiProperty({ type: [ReportLineDto], description: 'without those of zero' }) ledgers: ReportLineDto[];
}

class ReportSectionDto extends ComparedDto {
  @ApiProperty({ example: 'direct_income' }) section: string;
  @ApiProperty({ example: '1180.00' }) amount: string;
  @ApiProperty({ type: [ReportGroupDto] }) groups: ReportGroupDto[];
}

const IN_OWN_DIRECTION = 'positive in its own direction: income in credit, expense in debit';

export class ProfitAndLossDto {
  @ApiProperty({ example: '2026-04-01' }) from: string;
  @ApiProperty({ example: '2027-03-31' }) to: string;
  @ApiProperty({ example: '1180.00', description: IN_OWN_DIRECTION }) income: string;
  @ApiProperty({ example: '0.00', description: IN_OWN_DIRECTION }) expense: string;
  @ApiProperty({ example: '1180.00', description: 'direct income less direct expense' }) gross_profit: string;
  @ApiProperty({ example: '1180.00', description: 'income less expense; a loss is negative' }) net_profit: string;
  @ApiProperty({
    type: [ReportSectionDto],
    description: '`direct_income`, `direct_expense` (above gross profit), `indirect_income`, `indirect_expense`',
  })
  sections: ReportSectionDto[];
  @ApiProperty(PERIODS) periods?: ComparedPeriodDto[];
  @ApiProperty({ required: false, type: [Object], description: 'with `compare`: the figures of each of `periods`' })
  comparatives?: object[];
  @ApiProperty({ required: false, type: ScheduleDto, description: 'with `form=schedule_iii`' })
  schedule_iii?: ScheduleDto;
}

export class BalanceSheetDto {
  @ApiProperty({ example: '2027-03-31' }) as_of: string;
  @ApiProperty({ example: '1180.00', description: 'debit positive' }) assets: string;
  @ApiProperty({ example: '0.00', description: 'credit positive' }) liabilities: string;
  @ApiProperty({ example: '1180.00', description: 'credit positive; with the profit that no year-end has closed' })
  equity: string;
  @ApiProperty({ example: '1180.00' }) profit_not_closed: string;
  @ApiProperty({
    type: [ReportSectionDto],
    description:
      '`assets`, `liabilities`, `equity`, `profit_not_closed`; the amounts of the last two add up to the figure `equity`',
  })
  sections: ReportSectionDto[];
  @ApiProperty({
    required: false,
    type: [String],
    example: ['2026-03-31'],
    description: 'with `compare`: the dates beside',
  })
  dates?: string[];
  @ApiProperty({ required: false, type: [Object], description: 'with `compare`: the figures of each of `dates`' })
  comparatives?: object[];
  @ApiProperty({ required: false, type: ScheduleDto, description: 'with `form=schedule_iii`' })
  schedule_iii?: ScheduleDto;
}

export class StatementLineDto {
  @ApiProperty({ example: '2026-11-24' }) date: string;
  @ApiProperty({ example: ID }) voucher_id: string;
  @ApiProperty({ nullable: true, type: String, example: '1' }) voucher_number: string | null;
  @ApiProperty({ example: 'Journal' }) voucher_type: string;
  @ApiProperty({ example: 'Sold for cash', description: 'of the entry, else of the voucher' }) narration: string;
  @ApiProperty({ example: '1180.00' }) debit: string;
  @ApiProperty({ example: '0.00' }) credit: string;
  @ApiProperty({ example: '1180.00', description: 'after this line, debit positive' }) balance: string;
  @ApiProperty({ type: LinksDto }) links: LinksDto;
}

export class StatementDto {
  @ApiProperty({ example: ID }) ledger_id: string;
  @ApiProperty({ example: 'Cash' }) ledger: string;
  @ApiProperty({ example: '2026-04-01' }) from: string;
  @ApiProperty({ example: '2027-03-31' }) to: string;
  @ApiProperty({ example: '0.00', description: 'before `from`, with opening balances; debit positive' })
  opening: string;
  @ApiProperty({ example: '1180.00', description: 'after `to`; debit positive' }) closing: string;
  @ApiProperty({ example: '1180.00', description: 'of the whole period, not of the page' }) total_debit: string;
  @ApiProperty({ example: '0.00', description: 'of the whole period, not of the page' }) total_credit: string;
  @ApiProperty({ type: [StatementLineDto] }) lines: StatementLineDto[];
}
