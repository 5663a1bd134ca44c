import { IfSent, trimmed } from '@finvera/common';
import { ApiProperty, ApiPropertyOptional, PartialType } from '@nestjs/swagger';
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
} from 'class-validator';
import { LinksDto } from '../reports/frame/links.js';
import { AsOfQuery } from '../reports/report.dto.js';
import { VALUATIONS, type Valuation } from './stock.entity.js';

class NamedDto {
  @ApiProperty({ example: 'Main Warehouse' })
  @trimmed()
  @MaxLength(120)
  @IsString()
  @IsNotEmpty({ message: 'name must not be empty' })
  name: string;
}

export class GodownBodyDto extends NamedDto {}

export class CreateUnitDto extends NamedDto {
  @ApiPropertyOptional({ example: 0, default: 0, description: 'digits after the point of quantities' })
  @IfSent()
  @IsInt()
  @Min(0)
  @Max(4)
  decimals?: number;
}

export class CreateItemDto extends NamedDto {
  @ApiProperty({ description: 'id of the unit that it is counted in; fixed with the first movement' })
  @Matches(/^\d{1,20}$/, { message: 'unit_id must be the id of a unit' })
  unit_id: string;

  @ApiPropertyOptional({ enum: VALUATIONS, default: 'fifo' })
  @IfSent()
  @IsIn(VALUATIONS, { message: `valuation must be one of ${VALUATIONS.join(', ')}` })
  valuation?: Valuation;

  @ApiPropertyOptional({ default: true }) @IfSent() @IsBoolean() is_active?: boolean;
}

/** What is not sent stays. */
export class UpdateItemDto extends PartialType(CreateItemDto, { skipNullProperties: false }) {}

export class UnitDto {
  @ApiProperty() id: string;
  @ApiProperty({ example: 'Nos' }) name: string;
  @ApiProperty() decimals: number;
  @ApiProperty() version: number;
}

export class GodownDto {
  @ApiProperty() id: string;
  @ApiProperty({ example: 'Main Location' }) name: string;
  @ApiProperty() version: number;
}

export class ItemDto {
  @ApiProperty() id: string;
  @ApiProperty({ example: 'Chair' }) name: string;
  @ApiProperty() unit_id: string;
  @ApiProperty({ enum: VALUATIONS }) valuation: Valuation;
  @ApiProperty() is_active: boolean;
  @ApiProperty() version: number;
}

export const STOCK_IN_BOOKS = ['periodic', 'perpetual'] as const;
export type StockInBooks = (typeof STOCK_IN_BOOKS)[number];

export class StockSettingsDto {
  @ApiProperty({
    enum: STOCK_IN_BOOKS,
    description:
      'periodic: the value of stock comes into the books on the dates that are asked for; perpetual: on each day on which stock moved',
  })
  @IsIn(STOCK_IN_BOOKS, { message: `stock_in_books must be one of ${STOCK_IN_BOOKS.join(', ')}` })
  stock_in_books: StockInBooks;
}

export class PostStockValueDto {
  @ApiPropertyOptional({ example: '2027-03-31', description: 'default: today' })
  @IfSent()
  @Matches(/^\d{4}-\d{2}-\d{2}$/, { message: 'date must be a date (YYYY-MM-DD)' })
  date?: string;

  @ApiPropertyOptional() @IfSent() @IsString() @IsNotEmpty() @MaxLength(500) lock_override_reason?: string;
}

export class StockSummaryQuery extends AsOfQuery {
  @ApiPropertyOptional({ description: 'only this item' })
  @IsOptional()
  @Matches(/^\d{1,20}$/, { message: 'item_id must be the id of an item' })
  item_id?: string;
}

export class StockPlaceDto {
  @ApiProperty() godown_id: string;
  @ApiProperty({ example: 'Main Location' }) godown: string;
  @ApiProperty({ example: '10' }) quantity: string;
}

export class StockRowDto {
  @ApiProperty() item_id: string;
  @ApiProperty({ example: 'Chair' }) item: string;
  @ApiProperty({ example: 'Nos' }) unit: string;
  @ApiProperty({ enum: VALUATIONS }) valuation: string;
  @ApiProperty({ example: '10' }) quantity: string;
  @ApiProperty({ nullable: true, type: String, example: '50.00', description: 'value of one' }) rate: string | null;
  @ApiProperty({ example: '500.00' }) value: string;
  @ApiProperty({ description: 'more went out than came in' }) is_negative: boolean;
  @ApiProperty({ type: [StockPlaceDto] }) godowns: StockPlaceDto[];
}

export class StockSummaryDto {
  @ApiProperty({ example: '2026-11-24' }) as_of: string;
  @ApiProperty({ type: [StockRowDto] }) rows: StockRowDto[];
  @ApiProperty({ example: '500.00' }) total: string;
  @ApiProperty({ example: '450.00', description: 'what the ledger Closing Stock says' }) in_books: string;
  @ApiProperty({ example: '50.00', description: 'not in the books yet' }) difference: string;
  @ApiProperty({ type: LinksDto, required: false }) links?: LinksDto;
}
