import { IfSent, IsCalendarDate, PageQuery, trimmed } from '@finvera/common';
import { ApiProperty, ApiPropertyOptional, PartialType } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsNotEmpty,
  IsOptional,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { BillDto, IsId } from '../vouchers/voucher-body.dto.js';
import type { CsvMapping } from './formats/csv.js';

export const STATEMENT_FORMATS = ['csv', 'ofx', 'camt053', 'mt940'] as const;
export type StatementFormat = (typeof STATEMENT_FORMATS)[number];
/** Characters of a file. */
export const STATEMENT_MAX = 5_000_000;
const ENTRIES_PER_LINE_MAX = 100;

const Column = () => (target: object, key: string) => {
  IsString()(target, key);
  IsNotEmpty()(target, key);
  MaxLength(100)(target, key);
};

export class CsvMappingDto implements CsvMapping {
  @ApiProperty({ example: 'Date' }) @Column() date: string;
  @ApiPropertyOptional({ example: 'DD/MM/YYYY', default: 'YYYY-MM-DD' }) @IsOptional() @Column() date_format?: string;
  @ApiProperty({ example: 'Narration' }) @Column() description: string;
  @ApiPropertyOptional({ example: 'Chq/Ref No' }) @IsOptional() @Column() reference?: string;
  @ApiPropertyOptional({ example: 'Amount', description: 'one column, money in positive; or withdrawal and deposit' })
  @ValidateIf(
    ({ amount, deposit, withdrawal }: CsvMappingDto) =>
      amount !== undefined || (deposit === undefined && withdrawal === undefined),
  )
  @IsString({ message: 'mapping.amount, or deposit and withdrawal, must name a column' })
  @MaxLength(100)
  amount?: string;
  @ApiPropertyOptional({ example: 'Withdrawal' }) @IsOptional() @Column() withdrawal?: string;
  @ApiPropertyOptional({ example: 'Deposit' }) @IsOptional() @Column() deposit?: string;
  @ApiPropertyOptional({ example: 'Balance' }) @IsOptional() @Column() balance?: string;
  @ApiPropertyOptional({ enum: ['.', ','], default: '.' }) @IsOptional() @IsIn(['.', ',']) decimal?: '.' | ',';
  @ApiPropertyOptional({ enum: [',', ';', '\t', '|'], default: ',' })
  @IsOptional()
  @IsIn([',', ';', '\t', '|'])
  delimiter?: ',' | ';' | '\t' | '|';
  @ApiPropertyOptional({ default: 0, description: 'lines above the header' })
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(1_000)
  skip_lines?: number;
}

export class ImportStatementDto {
  @ApiProperty({ enum: STATEMENT_FORMATS, example: 'csv' })
  @IsIn(STATEMENT_FORMATS, { message: `format must be one of ${STATEMENT_FORMATS.join(', ')}` })
  format: StatementFormat;
  @ApiPropertyOptional({ example: 'october.csv' }) @IsOptional() @IsString() @MaxLength(200) file_name?: string;
  @ApiProperty({ example: 'Date,Narration,Amount\n2026-10-12,CASH DEPOSIT,25000.00\n', description: 'the whole file' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(STATEMENT_MAX)
  content: string;
  @ApiPropertyOptional({ type: CsvMappingDto, description: 'for csv: which columns hold what' })
  @IsOptional()
  @ValidateNested()
  @Type(() => CsvMappingDto)
  mapping?: CsvMappingDto;
}

export class BankStatementDto {
  @ApiProperty() id: string;
  @ApiProperty() ledger_id: string;
  @ApiProperty({ enum: STATEMENT_FORMATS }) format: StatementFormat;
  @ApiProperty() file_name: string;
  @ApiProperty({ nullable: true, type: String, example: '2026-10-01' }) from: string | null;
  @ApiProperty({ nullable: true, type: String, example: '2026-10-31' }) to: string | null;
  @ApiProperty({ nullable: true, type: String }) opening_balance: string | null;
  @ApiProperty({ nullable: true, type: String, example: '241132.00' }) closing_balance: string | null;
  @ApiProperty({ description: 'lines of the file' }) line_count: number;
  @ApiProperty({ description: 'of those, how many had come before' }) repeated_count: number;
  @ApiProperty() created_by: string;
  @ApiProperty() created_at: string;
}

export const LINE_STATUSES = ['open', 'matched', 'ignored'] as const;

export class ListBankLinesQuery {
  @ApiPropertyOptional({ example: '2026-10-01' }) @IsOptional() @IsCalendarDate() from?: string;
  @ApiPropertyOptional({ example: '2026-10-31' }) @IsOptional() @IsCalendarDate() to?: string;
  @ApiPropertyOptional({ enum: LINE_STATUSES })
  @IsOptional()
  @IsIn(LINE_STATUSES)
  status?: (typeof LINE_STATUSES)[number];
  @ApiPropertyOptional() @IsOptional() @IsString() @MaxLength(200) cursor?: string;
  @ApiPropertyOptional({ default: 100, maximum: 500 }) @Type(() => Number) @IsInt() @Min(1) @Max(500) limit: number =
    100;
}

export class BankMatchDto {
  @ApiProperty() entry_id: string;
  @ApiProperty() voucher_id: string;
  @ApiProperty({ example: 'same amount, 1 day later, the line names NS-881' }) reason: string;
}

export class BankLineDto {
  @ApiProperty() id: string;
  @ApiProperty() statement_id: string;
  @ApiProperty({ example: '2026-10-12' }) date: string;
  @ApiProperty({ example: '25000.00', description: 'money in is positive' }) amount: string;
  @ApiProperty() description: string;
  @ApiProperty() reference: string;
  @ApiProperty({ enum: LINE_STATUSES }) status: (typeof LINE_STATUSES)[number];
  @ApiProperty({ nullable: true, type: String }) ignored_reason: string | null;
  @ApiProperty({ type: [BankMatchDto] }) matches: BankMatchDto[];
}

export class ProposalDto {
  @ApiProperty({ description: 'the line' }) line_id: string;
  @ApiProperty({ nullable: true, type: String, description: 'null when a rule proposes a new voucher' }) entry_id:
    | string
    | null;
  @ApiProperty({ nullable: true, type: String }) voucher_id: string | null;
  @ApiProperty({ nullable: true, type: String, description: 'the rule that says what the line is' }) rule_id:
    | string
    | null;
  @ApiProperty({ nullable: true, type: String, example: '2026-10-12' }) date: string | null;
  @ApiProperty({ example: 85, description: '0 to 100' }) score: number;
  @ApiProperty({ description: 'nothing else comes near: it may be accepted without looking' }) certain: boolean;
  @ApiProperty({ type: [String], example: ['same amount', 'same day', 'the line names NS-881'] }) reasons: string[];
}

export class MatchLineDto {
  @ApiProperty({ type: [String], description: 'entries of the bank’s ledger that add up to the line' })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(ENTRIES_PER_LINE_MAX)
  @Matches(/^\d{1,20}$/, { each: true, message: 'entry_ids must be ids of entries' })
  entry_ids: string[];
}

export class IgnoreLineDto {
  @ApiProperty({ example: 'Booked twice by the bank, and taken back' })
  @trimmed()
  @MaxLength(500)
  @IsString()
  @IsNotEmpty({ message: 'reason must not be empty: it stands in the edit log' })
  reason: string;
}

export class VoucherOfLineDto {
  @ApiPropertyOptional({ description: 'a rule says the rest' }) @IsOptional() @IsId('a rule') rule_id?: string;
  @ApiPropertyOptional({ description: 'the ledger on the other side', example: 'Bank Charges' })
  @IsOptional()
  @IsString()
  @MaxLength(190)
  ledger?: string;
  @ApiPropertyOptional({ example: 'Payment', description: 'default: Receipt for money in, Payment for money out' })
  @IsOptional()
  @IsString()
  @MaxLength(80)
  voucher_type?: string;
  @ApiPropertyOptional({ description: 'default: what the line says' })
  @IsOptional()
  @IsString()
  @MaxLength(1000)
  narration?: string;
  @ApiPropertyOptional({ type: [BillDto] })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(200)
  @ValidateNested({ each: true })
  @Type(() => BillDto)
  bills?: BillDto[];
  @ApiPropertyOptional({
    example: 'AMB CHRG',
    description: 'remember it: lines that contain this are proposed the same',
  })
  @IsOptional()
  @trimmed()
  @IsString()
  @IsNotEmpty()
  @MaxLength(120)
  remember?: string;
}

export class MatchManyDto {
  @ApiPropertyOptional({ example: '2026-10-01' }) @IsOptional() @IsCalendarDate() from?: string;
  @ApiPropertyOptional({ example: '2026-10-31' }) @IsOptional() @IsCalendarDate() to?: string;
}

export class BankDateDto {
  @ApiProperty({ nullable: true, type: String, example: '2026-10-13', description: 'null: not at the bank yet' })
  @ValidateIf((body: BankDateDto) => body.bank_date !== null)
  @IsCalendarDate()
  bank_date: string | null;
}

export class CreateBankRuleDto {
  @ApiProperty({ example: 'Charges' }) @trimmed() @IsString() @IsNotEmpty() @MaxLength(120) name: string;
  @ApiProperty({ example: 'AMB CHRG', description: 'what the line contains; case does not count' })
  @trimmed()
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  contains: string;
  @ApiProperty({ enum: ['deposit', 'withdrawal'] }) @IsIn(['deposit', 'withdrawal']) direction:
    | 'deposit'
    | 'withdrawal';
  @ApiProperty({ description: 'id of the ledger on the other side' }) @IsId('a ledger') counter_ledger_id: string;
  @ApiPropertyOptional({ description: 'id', nullable: true, type: String })
  @IsOptional()
  @IsId('a voucher type')
  voucher_type_id?: string;
  @ApiPropertyOptional() @IfSent() @IsString() @MaxLength(500) narration?: string;
  @ApiPropertyOptional() @IfSent() @IsBoolean() is_active?: boolean;
}

export class UpdateBankRuleDto extends PartialType(CreateBankRuleDto) {}

export class BankRuleDto {
  @ApiProperty() id: string;
  @ApiProperty() name: string;
  @ApiProperty() contains: string;
  @ApiProperty({ enum: ['deposit', 'withdrawal'] }) direction: 'deposit' | 'withdrawal';
  @ApiProperty() counter_ledger_id: string;
  @ApiProperty({ nullable: true, type: String }) voucher_type_id: string | null;
  @ApiProperty() narration: string;
  @ApiProperty() is_active: boolean;
  @ApiProperty() version: number;
}

export class ListBankRulesQuery extends PageQuery {}
