import { AmountField, IsAmount, IsCalendarDate, PageQuery } from '@finvera/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsIn,
  IsNotEmpty,
  IsOptional,
  IsString,
  Matches,
  MaxLength,
  ValidateNested,
} from 'class-validator';
import { BILL_TYPES, type BillType } from './bill.js';
import { VOUCHER_STATUSES, type VoucherStatus } from './voucher.entity.js';

export const ENTRIES_MAX = 500;
export const BILLS_MAX = 200;
export const BULK_MAX = 1_000;

const trimmed = () => Transform(({ value }) => (typeof value === 'string' ? value.trim() : value));
const IsId = (what: string) => Matches(/^\d{1,20}$/, { message: `$property must be the id of ${what}` });

export class BillDto {
  @ApiProperty({ enum: BILL_TYPES, example: 'new_ref' })
  @IsIn(BILL_TYPES, { message: `type must be one of ${BILL_TYPES.join(', ')}` })
  type: BillType;

  @ApiPropertyOptional({ example: 'INV-17', description: 'reference; not for on_account' })
  @IsOptional()
  @trimmed()
  @IsString()
  @MaxLength(100)
  name?: string;

  @AmountField({ example: '1180.00' })
  amount: string;

  @ApiPropertyOptional({ example: '2026-12-31', nullable: true })
  @IsOptional()
  @IsCalendarDate()
  due_date?: string | null;
}

export class EntryDto {
  @ApiPropertyOptional({ description: 'id of the ledger', example: '383483921874944' })
  @IsOptional()
  @IsId('a ledger')
  ledger_id?: string;

  @ApiPropertyOptional({ description: 'or its name', example: 'Cash' })
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(190)
  ledger?: string;

  @ApiPropertyOptional({ example: '1180.00', description: 'either debit or credit', nullable: true, type: String })
  @IsOptional()
  @IsAmount()
  debit?: string | null;

  @ApiPropertyOptional({ example: '1180.00', nullable: true, type: String })
  @IsOptional()
  @IsAmount()
  credit?: string | null;

  @ApiPropertyOptional() @IsOptional() @IsString() @MaxLength(500) narration?: string;

  @ApiPropertyOptional({
    type: [BillDto],
    description: 'of a bill-by-bill ledger: how the amount is split; the parts add up to it',
  })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(BILLS_MAX)
  @ValidateNested({ each: true })
  @Type(() => BillDto)
  bills?: BillDto[];
}

const ENTRIES_EXAMPLE = [
  { ledger: 'Cash', debit: '1180.00' },
  { ledger: 'Profit & Loss A/c', credit: '1180.00' },
];

export class VoucherBodyDto {
  @ApiProperty({ example: 'Journal', description: 'id or name of the voucher type' })
  @trimmed()
  @IsString()
  @IsNotEmpty({ message: 'voucher_type must not be empty' })
  @MaxLength(80)
  voucher_type: string;

  @ApiProperty({ example: '2026-11-24' })
  @IsCalendarDate()
  date: string;

  @ApiPropertyOptional({
    description: 'for types that are numbered by hand',
    maxLength: 16,
    nullable: true,
    type: String,
  })
  @IsOptional()
  @trimmed()
  @IsString()
  @MaxLength(16, { message: 'number must have at most 16 characters (CGST Rules, rule 46)' })
  number?: string | null;

  @ApiPropertyOptional({ example: 'Sold for cash' }) @IsOptional() @IsString() @MaxLength(1000) narration?: string;
  @ApiPropertyOptional({ description: 'number of somebody else’s document' })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  reference?: string;

  @ApiProperty({ type: [EntryDto], minItems: 2, maxItems: ENTRIES_MAX, example: ENTRIES_EXAMPLE })
  @IsArray()
  @ArrayMinSize(2, { message: 'entries: a voucher has at least two entries' })
  @ArrayMaxSize(ENTRIES_MAX, { message: `entries: a voucher has at most ${ENTRIES_MAX} entries` })
  @ValidateNested({ each: true })
  @Type(() => EntryDto)
  entries: EntryDto[];

  @ApiPropertyOptional({ description: 'why it may be dated in a locked period; needs periods:override' })
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(500)
  lock_override_reason?: string;
}

export class CreateVoucherDto extends VoucherBodyDto {
  @ApiPropertyOptional({
    enum: ['posted', 'draft'],
    default: 'posted',
    description: 'a draft is not in the books and has no number',
  })
  @IsOptional()
  @IsIn(['posted', 'draft'], { message: 'status must be posted or draft' })
  status?: 'posted' | 'draft';
}

export class UpdateVoucherDto extends VoucherBodyDto {
  @ApiPropertyOptional({ description: 'why a posted voucher is altered; stands in the edit log' })
  @IsOptional()
  @IsString()
  @MaxLength(500)
  reason?: string;
}

export class BulkVouchersDto {
  @ApiProperty({ type: [CreateVoucherDto], maxItems: BULK_MAX })
  @IsArray()
  @ArrayMinSize(1, { message: 'vouchers must not be empty' })
  @ArrayMaxSize(BULK_MAX, { message: `vouchers: at most ${BULK_MAX} at a time` })
  @ValidateNested({ each: true })
  @Type(() => CreateVoucherDto)
  vouchers: CreateVoucherDto[];
}

export class CancelVoucherDto {
  @ApiProperty({ example: 'Entered twice' })
  @trimmed()
  @IsString()
  @IsNotEmpty({ message: 'reason must not be empty: it stands in the edit log' })
  @MaxLength(500)
  reason: string;

  @ApiPropertyOptional() @IsOptional() @IsString() @IsNotEmpty() @MaxLength(500) lock_override_reason?: string;
}

export class ReverseVoucherDto {
  @ApiPropertyOptional({ example: '2026-11-24', description: 'date of the reversal; by default that of the voucher' })
  @IsOptional()
  @IsCalendarDate()
  date?: string;

  @ApiPropertyOptional({ description: 'for types that are numbered by hand', maxLength: 16 })
  @IsOptional()
  @IsString()
  @MaxLength(16)
  number?: string;

  @ApiPropertyOptional({ example: 'Sale returned' }) @IsOptional() @IsString() @MaxLength(500) reason?: string;
  @ApiPropertyOptional() @IsOptional() @IsString() @IsNotEmpty() @MaxLength(500) lock_override_reason?: string;
}

export class ListVouchersQuery extends PageQuery {
  @ApiPropertyOptional({ example: '2026-04-01' }) @IsOptional() @IsCalendarDate() from?: string;
  @ApiPropertyOptional({ example: '2027-03-31' }) @IsOptional() @IsCalendarDate() to?: string;
  @ApiPropertyOptional({ description: 'id or name of a voucher type' })
  @IsOptional()
  @IsString()
  @MaxLength(80)
  type?: string;
  @ApiPropertyOptional() @IsOptional() @IsId('a ledger') ledger_id?: string;
  @ApiPropertyOptional({ enum: VOUCHER_STATUSES }) @IsOptional() @IsIn(VOUCHER_STATUSES) status?: VoucherStatus;
}

export class BillAnswerDto {
  @ApiProperty({ enum: BILL_TYPES }) type: string;
  @ApiProperty() name: string;
  @ApiProperty({ example: '1180.00' }) amount: string;
  @ApiProperty({ nullable: true, type: String }) due_date: string | null;
}

export class EntryAnswerDto {
  @ApiProperty() id: string;
  @ApiProperty() ledger_id: string;
  @ApiProperty({ example: 'Cash' }) ledger: string;
  @ApiProperty({ nullable: true, type: String, example: '1180.00' }) debit: string | null;
  @ApiProperty({ nullable: true, type: String, example: null }) credit: string | null;
  @ApiProperty() narration: string;
  @ApiProperty({ type: [BillAnswerDto] }) bills: BillAnswerDto[];
}

export class VoucherDto {
  @ApiProperty({ example: '383483921874944' }) id: string;
  @ApiProperty({ example: 'Journal' }) voucher_type: string;
  @ApiProperty() voucher_type_id: string;
  @ApiProperty({ example: 'journal' }) base_type: string;
  @ApiProperty({ example: '2026-11-24' }) date: string;
  @ApiProperty({ nullable: true, type: String, example: '1' }) number: string | null;
  @ApiProperty() narration: string;
  @ApiProperty() reference: string;
  @ApiProperty({ enum: VOUCHER_STATUSES }) status: string;
  @ApiProperty({ example: '1180.00' }) total: string;
  @ApiProperty({ type: [EntryAnswerDto] }) entries: EntryAnswerDto[];
  @ApiProperty({ nullable: true, type: String }) reversal_of_id: string | null;
  @ApiProperty({ nullable: true, type: String }) reversed_by_id: string | null;
  @ApiProperty({ nullable: true, type: String }) cancel_reason: string | null;
  @ApiProperty({ description: 'counts alterations; send it as If-Match' }) version: number;
  @ApiProperty() created_by: string;
  @ApiProperty() created_at: string;
  @ApiProperty() updated_at: string;
}
