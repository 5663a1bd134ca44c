import { IfSent, IsCalendarDate, trimmed } from '@finvera/common';
import { ApiProperty, ApiPropertyOptional, OmitType, PartialType } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  IsBoolean,
  IsIn,
  IsInt,
  IsNotEmpty,
  IsOptional,
  IsString,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { VoucherBodyDto } from '../vouchers/voucher-body.dto.js';
import { FREQUENCIES, type Frequency } from './occurrences.js';

export class TemplateVoucherDto extends OmitType(VoucherBodyDto, ['date', 'number', 'lock_override_reason'] as const) {}

export class ScheduleDto {
  @ApiProperty({ enum: FREQUENCIES, example: 'monthly' })
  @IsIn(FREQUENCIES, { message: `frequency must be one of ${FREQUENCIES.join(', ')}` })
  frequency: Frequency;

  @ApiPropertyOptional({ default: 1, minimum: 1, maximum: 100, description: '2: every other one' })
  @IfSent()
  @IsInt()
  @Min(1)
  @Max(100)
  every?: number;

  @ApiProperty({
    example: '2026-12-31',
    description: 'day of the first voucher; the 31st is the last day of shorter months',
  })
  @IsCalendarDate()
  start_date: string;

  @ApiPropertyOptional({ nullable: true, type: String, description: 'none after this day' })
  @IsOptional()
  @IsCalendarDate()
  end_date?: string | null;

  @ApiPropertyOptional({ enum: ['posted', 'draft'], default: 'posted' })
  @IfSent()
  @IsIn(['posted', 'draft'], { message: 'post_as must be posted or draft' })
  post_as?: 'posted' | 'draft';

  @ApiPropertyOptional({ default: true }) @IfSent() @IsBoolean() is_active?: boolean;
}

const VOUCHER_EXAMPLE = {
  voucher_type: 'Payment',
  narration: 'Rent of the month',
  entries: [
    { ledger: 'Profit & Loss A/c', debit: '25000.00' },
    { ledger: 'Cash', credit: '25000.00' },
  ],
};

export class CreateVoucherTemplateDto {
  @ApiProperty({ example: 'Office rent' })
  @trimmed()
  @MaxLength(120)
  @IsString()
  @IsNotEmpty({ message: 'name must not be empty' })
  name: string;

  @ApiProperty({ type: TemplateVoucherDto, description: 'a voucher without its date', example: VOUCHER_EXAMPLE })
  @ValidateNested()
  @Type(() => TemplateVoucherDto)
  @IsNotEmpty({ message: 'voucher must not be empty' })
  voucher: TemplateVoucherDto;

  @ApiPropertyOptional({ type: ScheduleDto, nullable: true, description: 'left away or null: posted by hand alone' })
  @IsOptional()
  @ValidateNested()
  @Type(() => ScheduleDto)
  schedule?: ScheduleDto | null;
}

/** What is not sent stays; a schedule that is sent begins anew on its start date. */
export class UpdateVoucherTemplateDto extends PartialType(CreateVoucherTemplateDto, { skipNullProperties: false }) {}

export class UseTemplateDto {
  @ApiPropertyOptional({ example: '2026-11-24', description: 'default: today' })
  @IfSent()
  @IsCalendarDate()
  date?: string;
  @ApiPropertyOptional({ maxLength: 1000 }) @IfSent() @IsString() @MaxLength(1000) narration?: string;

  @ApiPropertyOptional({ enum: ['posted', 'draft'], default: 'posted' })
  @IfSent()
  @IsIn(['posted', 'draft'], { message: 'status must be posted or draft' })
  status?: 'posted' | 'draft';
}

export class DueDto {
  @ApiPropertyOptional({
    example: '2026-11-24',
    description: 'post what is due up to this day; default and latest: today',
  })
  @IfSent()
  @IsCalendarDate()
  until?: string;
}

export class ScheduleAnswerDto {
  @ApiProperty({ enum: FREQUENCIES }) frequency: Frequency;
  @ApiProperty() every: number;
  @ApiProperty({ example: '2026-12-31' }) start_date: string;
  @ApiProperty({ nullable: true, type: String }) end_date: string | null;
  @ApiProperty({ enum: ['posted', 'draft'] }) post_as: string;
  @ApiProperty() is_active: boolean;
  @ApiProperty({ nullable: true, type: String, example: '2026-12-31' }) next_date: string | null;
  @ApiProperty({ description: 'vouchers made so far' }) runs: number;
  @ApiProperty({ nullable: true, type: String, description: 'why the next one could not be posted' }) last_error:
    | string
    | null;
}

export class VoucherTemplateDto {
  @ApiProperty({ example: '383483921874944' }) id: string;
  @ApiProperty({ example: 'Office rent' }) name: string;
  @ApiProperty({ type: TemplateVoucherDto }) voucher: unknown;
  @ApiProperty({ type: ScheduleAnswerDto, nullable: true }) schedule: ScheduleAnswerDto | null;
  @ApiProperty() version: number;
}

export class DueFailureDto {
  @ApiProperty({ nullable: true, type: String }) template_id: string | null;
  @ApiProperty({ nullable: true, type: String }) voucher_id: string | null;
  @ApiProperty({ example: '2026-11-30' }) date: string;
  @ApiProperty({ example: 'ledger_inactive' }) code: string;
  @ApiProperty({ example: 'The ledger Rent is not active.' }) error: string;
}

export class DueRunDto {
  @ApiProperty({ example: '2026-11-24' }) until: string;
  @ApiProperty({ type: [String], description: 'ids of vouchers that recurring templates made' }) recurred: string[];
  @ApiProperty({ type: [String], description: 'ids of post-dated vouchers that were posted' }) posted: string[];
  @ApiProperty({ type: [String], description: 'ids of post-dated vouchers that wait for approval now' })
  submitted: string[];
  @ApiProperty({ type: [DueFailureDto] }) failed: DueFailureDto[];
  @ApiProperty({ description: 'more is due than one run does: run it again' }) more: boolean;
}
