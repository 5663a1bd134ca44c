import { AmountField, PageQuery, IfSent, trimmed } from '@finvera/common';
import { ApiProperty, ApiPropertyOptional, PartialType } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
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
  ValidateNested,
} from 'class-validator';
import { type Metadata, MetadataField, MetadataFilter } from '../metadata/metadata.js';
import { NATURES } from './account-group.entity.js';

export class OpeningBalanceDto {
  @AmountField({ example: '50000.00' }) amount: string;

  @ApiProperty({ enum: ['debit', 'credit'] })
  @IsIn(['debit', 'credit'], { message: 'side must be debit or credit' })
  side: 'debit' | 'credit';
}

export class CreateLedgerDto {
  @ApiProperty({ example: 'Sharma Traders' })
  @trimmed()
  @MaxLength(190)
  @IsString()
  @IsNotEmpty({ message: 'name must not be empty' })
  name: string;

  @ApiPropertyOptional({ description: 'id of the account group' })
  @IfSent()
  @Matches(/^\d{1,20}$/, { message: 'group_id must be the id of a group' })
  group_id?: string;

  @ApiPropertyOptional({ example: 'Sundry Debtors', description: 'or its name' })
  @IfSent()
  @trimmed()
  @MaxLength(120)
  @IsString()
  @IsNotEmpty({ message: 'group must not be empty' })
  group?: string;

  @ApiPropertyOptional({ example: 'C-001', nullable: true, type: String })
  @IsOptional()
  @trimmed()
  @IsString()
  @MaxLength(40)
  code?: string | null;

  @ApiPropertyOptional({ type: OpeningBalanceDto, nullable: true, description: 'at the beginning of the books' })
  @IsOptional()
  @ValidateNested()
  @Type(() => OpeningBalanceDto)
  opening_balance?: OpeningBalanceDto | null;

  @ApiPropertyOptional({ description: 'settled reference by reference', default: false })
  @IfSent()
  @IsBoolean()
  bill_by_bill?: boolean;

  @ApiPropertyOptional({
    example: 30,
    nullable: true,
    type: Number,
    description: 'days after which a new bill falls due when it names no due date',
  })
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(3_650)
  credit_days?: number | null;

  @MetadataField() metadata?: Metadata | null;
  @ApiPropertyOptional() @IfSent() @IsString() @MaxLength(1000) notes?: string;
  @ApiPropertyOptional({ default: true }) @IfSent() @IsBoolean() is_active?: boolean;
}

/** What is not sent stays; an opening balance of null is taken away. */
export class UpdateLedgerDto extends PartialType(CreateLedgerDto, { skipNullProperties: false }) {}

export class ListLedgersQuery extends PageQuery {
  @MetadataFilter() metadata?: string[];
  @ApiPropertyOptional({ description: 'ledgers directly in this group' })
  @IsOptional()
  @Matches(/^\d{1,20}$/, { message: 'group_id must be the id of a group' })
  group_id?: string;
  @ApiPropertyOptional({ enum: ['true', 'false'] }) @IsOptional() @IsIn(['true', 'false']) is_active?: string;
}

export class OpeningBalanceAnswerDto {
  @ApiProperty({ example: '50000.00' }) amount: string;
  @ApiProperty({ enum: ['debit', 'credit'] }) side: string;
}

export class LedgerDto {
  @ApiProperty({ example: '383483921874944' }) id: string;
  @ApiProperty({ example: 'Sharma Traders' }) name: string;
  @ApiProperty({ nullable: true, type: String }) code: string | null;
  @ApiProperty() group_id: string;
  @ApiProperty({ example: 'Sundry Debtors' }) group: string;
  @ApiProperty({ enum: NATURES }) nature: string;
  @ApiProperty() bill_by_bill: boolean;
  @ApiProperty({ nullable: true, type: Number }) credit_days: number | null;
  @ApiProperty({ type: OpeningBalanceAnswerDto }) opening_balance: OpeningBalanceAnswerDto;
  @ApiProperty({ type: Object, nullable: true, example: null }) metadata: Metadata | null;
  @ApiProperty() notes: string;
  @ApiProperty() is_active: boolean;
  @ApiProperty() is_reserved: boolean;
  @ApiProperty() version: number;
  @ApiProperty() created_at: string;
  @ApiProperty() updated_at: string;
}
