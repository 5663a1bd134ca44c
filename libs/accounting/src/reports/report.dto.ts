import { IsCalendarDate, PAGE_LIMIT_MAX } from '@finvera/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsIn, IsInt, IsOptional, IsString, Matches, Max, MaxLength, Min } from 'class-validator';
import { NATURES } from '../chart/account-group.entity.js';

export class TrialBalanceQuery {
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

  @ApiPropertyOptional({ description: 'one row per group at this depth (1: primary groups) instead of one per ledger' })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(20)
  level?: number;
}

export class PeriodQuery {
  @ApiPropertyOptional({ example: '2026-04-01', description: 'default: first day of the financial year that holds to' })
  @IsOptional()
  @IsCalendarDate()
  from?: string;

  @ApiPropertyOptional({ example: '2027-03-31', description: 'default: today' })
  @IsOptional()
  @IsCalendarDate()
  to?: string;
}

export class AsOfQuery {
  @ApiPropertyOptional({ example: '2027-03-31', description: 'default: today' })
  @IsOptional()
  @IsCalendarDate()
  as_of?: string;
}

export class PagedPeriodQuery extends PeriodQuery {
  @ApiPropertyOptional() @IsOptional() @IsString() @MaxLength(200) cursor?: string;

  @ApiPropertyOptional({ default: 100, maximum: PAGE_LIMIT_MAX })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(PAGE_LIMIT_MAX)
  limit: number = 100;
}

export class OutstandingsQuery extends AsOfQuery {
  @ApiProperty({ enum: ['receivable', 'payable'] })
  @IsIn(['receivable', 'payable'], { message: 'side must be receivable or payable' })
  side: 'receivable' | 'payable';

  @ApiPropertyOptional({ enum: ['due_date', 'bill_date'], default: 'due_date' })
  @IsOptional()
  @IsIn(['due_date', 'bill_date'], { message: 'age_by must be due_date or bill_date' })
  age_by: 'due_date' | 'bill_date' = 'due_date';

  @ApiPropertyOptional() @IsOptional() @Matches(/^\d{1,20}$/) ledger_id?: string;

  @ApiPropertyOptional({
    example: '30,60,90',
    default: '30,60,90',
    description: 'upper ends of the buckets in days, rising',
  })
  @IsOptional()
  @Matches(/^\d{1,4}(,\d{1,4}){0,9}$/, {
    message: 'buckets must be up to ten rising numbers of days such as "30,60,90"',
  })
  buckets: string = '30,60,90';
}

export class TrialBalanceRowDto {
  @ApiProperty({ nullable: true, type: String }) ledger_id: string | null;
  @ApiProperty({ nullable: true, type: String, example: 'Cash' }) ledger: string | null;
  @ApiProperty() group_id: string;
  @ApiProperty({ example: 'Cash-in-Hand' }) group: string;
  @ApiProperty({ enum: NATURES }) nature: string;
  @ApiProperty({ example: '0.00' }) opening_debit: string;
  @ApiProperty({ example: '0.00' }) opening_credit: string;
  @ApiProperty({ example: '1180.00' }) debit: string;
  @ApiProperty({ example: '0.00' }) credit: string;
  @ApiProperty({ example: '1180.00' }) closing_debit: string;
  @ApiProperty({ example: '0.00' }) closing_credit: string;
}

export class TrialBalanceDto {
  @ApiProperty({ example: '2026-04-01' }) from: string;
  @ApiProperty({ example: '2027-03-31' }) as_of: string;
  @ApiProperty({ type: [TrialBalanceRowDto] }) rows: TrialBalanceRowDto[];
  @ApiProperty({ type: Object, description: 'the same six columns; each pair is equal' }) totals: object;
}

export class ProfitAndLossDto {
  @ApiProperty() from: string;
  @ApiProperty() to: string;
  @ApiProperty({ example: '1180.00' }) income: string;
  @ApiProperty({ example: '0.00' }) expense: string;
  @ApiProperty({ example: '1180.00' }) gross_profit: string;
  @ApiProperty({ example: '1180.00' }) net_profit: string;
  @ApiProperty({ type: Object, isArray: true }) sections: object[];
}

export class BalanceSheetDto {
  @ApiProperty() as_of: string;
  @ApiProperty({ example: '1180.00' }) assets: string;
  @ApiProperty({ example: '0.00' }) liabilities: string;
  @ApiProperty({ example: '1180.00', description: 'with the profit that no year-end has closed' }) equity: string;
  @ApiProperty({ example: '1180.00' }) profit_not_closed: string;
  @ApiProperty({ type: Object, isArray: true }) sections: object[];
}

export class OutstandingsDto {
  @ApiProperty() as_of: string;
  @ApiProperty() side: string;
  @ApiProperty() age_by: string;
  @ApiProperty() total: string;
  @ApiProperty({ type: Object, isArray: true }) bills: object[];
  @ApiProperty({ type: Object, isArray: true }) by_party: object[];
}

export class StatementLineDto {
  @ApiProperty() date: string;
  @ApiProperty() voucher_id: string;
  @ApiProperty({ nullable: true, type: String }) voucher_number: string | null;
  @ApiProperty({ example: 'Sales' }) voucher_type: string;
  @ApiProperty() narration: string;
  @ApiProperty({ example: '1180.00' }) debit: string;
  @ApiProperty({ example: '0.00' }) credit: string;
  @ApiProperty({ example: '1180.00', description: 'after this line, debit positive' }) balance: string;
}

export class StatementDto {
  @ApiProperty() ledger_id: string;
  @ApiProperty() ledger: string;
  @ApiProperty() from: string;
  @ApiProperty() to: string;
  @ApiProperty({ example: '0.00', description: 'before from, debit positive' }) opening: string;
  @ApiProperty({ example: '1180.00', description: 'after to, debit positive' }) closing: string;
  @ApiProperty({ description: 'of the whole period, not of the page' }) total_debit: string;
  @ApiProperty() total_credit: string;
  @ApiProperty({ type: [StatementLineDto] }) lines: StatementLineDto[];
}
