import { IsAmount, trimmed } from '@finvera/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsNotEmpty, IsOptional, IsString, Matches, MaxLength } from 'class-validator';

export const STOCK_PARTS_MAX = 500;
export const DIRECTIONS = ['in', 'out', 'transfer'] as const;
export type Direction = (typeof DIRECTIONS)[number];

const Name = () => (target: object, property: string) => {
  for (const decorate of [IsOptional(), trimmed(), MaxLength(120), IsString(), IsNotEmpty()])
    decorate(target, property);
};
const Id = (what: string) => (target: object, property: string) => {
  for (const decorate of [IsOptional(), Matches(/^\d{1,20}$/, { message: `$property must be the id of ${what}` })])
    decorate(target, property);
};

export class StockPartDto {
  @ApiPropertyOptional({ description: 'id of the item' }) @Id('an item') item_id?: string;
  @ApiPropertyOptional({ example: 'Chair', description: 'or its name' }) @Name() item?: string;
  @ApiPropertyOptional({ description: 'id of the godown; default: Main Location' }) @Id('a godown') godown_id?: string;
  @ApiPropertyOptional({ description: 'or its name' }) @Name() godown?: string;
  @ApiPropertyOptional({ description: 'of a transfer: id of the godown that it goes to' })
  @Id('a godown')
  to_godown_id?: string;
  @ApiPropertyOptional({ description: 'or its name' }) @Name() to_godown?: string;

  @ApiProperty({ example: '10', description: 'with at most the decimals of the unit' }) @IsAmount() quantity: string;

  @ApiPropertyOptional({ example: '50.00', nullable: true, type: String, description: 'cost of one, of what comes in' })
  @IsOptional()
  @IsAmount()
  rate?: string | null;

  @ApiPropertyOptional({ example: '500.00', nullable: true, type: String, description: 'or cost of all of it' })
  @IsOptional()
  @IsAmount()
  amount?: string | null;

  @ApiPropertyOptional({
    enum: DIRECTIONS,
    description: 'default: in for purchases and credit notes, out for sales and debit notes',
  })
  @IsOptional()
  @IsIn(DIRECTIONS, { message: `direction must be one of ${DIRECTIONS.join(', ')}` })
  direction?: Direction;
}

export class StockPartAnswerDto {
  @ApiProperty() item_id: string;
  @ApiProperty({ example: 'Chair' }) item: string;
  @ApiProperty({ enum: DIRECTIONS }) direction: Direction;
  @ApiProperty() godown_id: string;
  @ApiProperty({ example: 'Main Location' }) godown: string;
  @ApiProperty({ nullable: true, type: String }) to_godown_id: string | null;
  @ApiProperty({ nullable: true, type: String }) to_godown: string | null;
  @ApiProperty({ example: '10' }) quantity: string;
  @ApiProperty({ nullable: true, type: String, example: '500.00', description: 'cost of what came in' }) amount:
    | string
    | null;
}
