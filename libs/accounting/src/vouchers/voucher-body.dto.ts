import { AmountField, IsAmount, IsCalendarDate, trimmed } from '@finvera/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
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
import { COST_PARTS_MAX, CostPartDto } from '../cost-centres/cost-part.dto.js';
import { ForeignDto } from '../currencies/foreign.dto.js';
import { type Metadata, MetadataField } from '../metadata/metadata.js';
import { STOCK_PARTS_MAX, StockPartDto } from '../stock/stock-part.dto.js';
import { BILL_TYPES, type BillType } from './bill.js';

export const ENTRIES_MAX = 500;
export const BILLS_MAX = 200;

export const IsId = (what: string) => Matches(/^\d{1,20}$/, { message: `$property must be the id of ${what}` });

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

  @ApiPropertyOptional({
    example: '2026-12-31',
    nullable: true,
    description: 'of a new_ref; left away: after the credit days of the ledger, if it has any',
  })
  @IsOptional()
  @IsCalendarDate()
  due_date?: string | null;
}

export class EntryDto {
  @ApiPropertyOptional({ description: 'id of the ledger', example: '383483921874944' })
  @IsOptional()
  @IsId('a ledger')
  ledger_id?: string;

  @ApiPropertyOptional({ description: 'or its name; case does not count', example: 'Cash' })
  @IsOptional()
  @trimmed()
  @MaxLength(190)
  @IsString()
  @IsNotEmpty()
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

  @ApiPropertyOptional({
    type: [CostPartDto],
    description: 'how the amount is divided over cost centres; in each category that is used the parts add up to it',
  })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(COST_PARTS_MAX)
  @ValidateNested({ each: true })
  @Type(() => CostPartDto)
  cost_centres?: CostPartDto[];

  @ApiPropertyOptional({
    type: ForeignDto,
    nullable: true,
    description: 'the entry in a foreign currency; debit or credit may then be left away: amount at rate',
  })
  @IsOptional()
  @ValidateNested()
  @Type(() => ForeignDto)
  foreign?: ForeignDto | null;
}

const ENTRIES_EXAMPLE = [
  { ledger: 'Cash', debit: '1180.00' },
  { ledger: 'Profit & Loss A/c', credit: '1180.00' },
];

export class VoucherBodyDto {
  @ApiProperty({ example: 'Journal', description: 'id or name of the voucher type' })
  @trimmed()
  @MaxLength(80)
  @IsString()
  @IsNotEmpty({ message: 'voucher_type must not be empty' })
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

  @ApiPropertyOptional({ type: [StockPartDto], description: 'what the voucher moves of stock' })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(STOCK_PARTS_MAX)
  @ValidateNested({ each: true })
  @Type(() => StockPartDto)
  stock?: StockPartDto[];

  @MetadataField() metadata?: Metadata | null;

  @ApiPropertyOptional({ description: 'why it may be dated in a locked period; needs periods:override' })
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(500)
  lock_override_reason?: string;
}
