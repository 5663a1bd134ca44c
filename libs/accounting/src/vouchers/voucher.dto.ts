import { IsCalendarDate, PageQuery, trimmed } from '@finvera/common';
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
  MaxLength,
  ValidateNested,
} from 'class-validator';
import { ApprovalDto } from '../approvals/approval-answer.js';
import { ForeignAnswerDto } from '../currencies/foreign.dto.js';
import { type Metadata, MetadataField, MetadataFilter } from '../metadata/metadata.js';
import { StockPartAnswerDto } from '../stock/stock-part.dto.js';
import { CostPartAnswerDto } from '../cost-centres/cost-part.dto.js';
import { BILL_TYPES, type BillType } from './bill.js';
import { SHOWN_STATUSES, type ShownStatus } from './voucher.entity.js';
import { IsId, VoucherBodyDto } from './voucher-body.dto.js';

export const BULK_MAX = 1_000;
/** Entries of all vouchers of one call together. */
export const BULK_ENTRIES_MAX = 40_000;

export class CreateVoucherDto extends VoucherBodyDto {
  @ApiPropertyOptional({
    enum: ['posted', 'draft', 'post_dated'],
    default: 'posted',
    description:
      'a draft is not in the books and has no number; a post-dated one is a draft that is posted on its date (`/api/voucher-templates/run-due`)',
  })
  @IsOptional()
  @IsIn(['posted', 'draft', 'post_dated'], { message: 'status must be posted, draft or post_dated' })
  status?: 'posted' | 'draft' | 'post_dated';
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
  @MaxLength(500)
  @IsString()
  @IsNotEmpty({ message: 'reason must not be empty: it stands in the edit log' })
  reason: string;

  @ApiPropertyOptional() @IsOptional() @IsString() @IsNotEmpty() @MaxLength(500) lock_override_reason?: string;
}

export class PostDraftDto {
  @ApiPropertyOptional({ description: 'why it may be dated in a locked period; needs periods:override' })
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(500)
  lock_override_reason?: string;
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

export class DuplicateVoucherDto {
  @ApiPropertyOptional({ example: '2026-11-24', description: 'default: today' })
  @IsOptional()
  @IsCalendarDate()
  date?: string;

  @ApiPropertyOptional({ description: 'for types that are numbered by hand', maxLength: 16 })
  @IsOptional()
  @IsString()
  @MaxLength(16)
  number?: string;

  @ApiPropertyOptional({ enum: ['posted', 'draft'], default: 'draft' })
  @IsOptional()
  @IsIn(['posted', 'draft'], { message: 'status must be posted or draft' })
  status?: 'posted' | 'draft';
}

export class MetadataDto {
  @MetadataField() metadata: Metadata | null;
}

export class ListVouchersQuery extends PageQuery {
  @MetadataFilter() metadata?: string[];
  @ApiPropertyOptional({ example: '2026-04-01' }) @IsOptional() @IsCalendarDate() from?: string;
  @ApiPropertyOptional({ example: '2027-03-31' }) @IsOptional() @IsCalendarDate() to?: string;
  @ApiPropertyOptional({ description: 'id or name of a voucher type' })
  @IsOptional()
  @IsString()
  @MaxLength(80)
  type?: string;
  @ApiPropertyOptional() @IsOptional() @IsId('a ledger') ledger_id?: string;
  @ApiPropertyOptional({ enum: SHOWN_STATUSES }) @IsOptional() @IsIn(SHOWN_STATUSES) status?: ShownStatus;
  @ApiPropertyOptional({ enum: ['true', 'false'], description: 'also the vouchers that carry opening balances' })
  @IsOptional()
  @IsIn(['true', 'false'])
  include_opening?: string;
}

export class BillAnswerDto {
  @ApiProperty({ enum: BILL_TYPES }) type: BillType;
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
  @ApiProperty({ type: [CostPartAnswerDto] }) cost_centres: CostPartAnswerDto[];
  @ApiProperty({ type: ForeignAnswerDto, nullable: true }) foreign: ForeignAnswerDto | null;
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
  @ApiProperty({ enum: SHOWN_STATUSES }) status: string;
  @ApiProperty({ type: ApprovalDto, nullable: true, description: 'null when it was never submitted for approval' })
  approval: ApprovalDto | null;
  @ApiProperty({ description: 'a draft that is posted on its date' }) post_dated: boolean;
  @ApiProperty({ example: '1180.00' }) total: string;
  @ApiProperty({ type: [EntryAnswerDto] }) entries: EntryAnswerDto[];
  @ApiProperty({ nullable: true, type: String }) reversal_of_id: string | null;
  @ApiProperty({ nullable: true, type: String }) reversed_by_id: string | null;
  @ApiProperty({ nullable: true, type: String }) cancel_reason: string | null;
  @ApiProperty({ nullable: true, type: String }) lock_override_reason: string | null;
  @ApiProperty({ type: [StockPartAnswerDto] }) stock: StockPartAnswerDto[];
  @ApiProperty({ type: Object, nullable: true, example: null }) metadata: Metadata | null;
  @ApiProperty({ description: 'counts alterations; send it as If-Match' }) version: number;
  @ApiProperty() created_by: string;
  @ApiProperty() created_at: string;
  @ApiProperty() updated_at: string;
}
