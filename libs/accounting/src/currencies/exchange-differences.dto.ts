import { IfSent, IsCalendarDate, trimmed } from '@finvera/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsNotEmpty, IsObject, IsOptional, IsString, Matches, MaxLength, registerDecorator } from 'class-validator';
import { LinksDto } from '../reports/frame/links.js';
import { AsOfQuery } from '../reports/report.dto.js';
import { CURRENCIES, RATE } from './foreign.dto.js';

const ID = /^\d{1,20}$/;

/** Validates an object of currency → rate. */
function AreRates(): PropertyDecorator {
  return (target, property) =>
    registerDecorator({
      name: 'areRates',
      target: target.constructor,
      propertyName: property as string,
      validator: {
        validate: (value: unknown) =>
          typeof value === 'object' &&
          value !== null &&
          Object.entries(value).every(
            ([currency, rate]) => CURRENCIES.includes(currency) && typeof rate === 'string' && RATE.test(rate),
          ),
        defaultMessage: () => 'rates must be an object of ISO 4217 codes and rates such as {"USD": "83.5"}',
      },
    });
}

export class ExchangeDifferencesDto {
  @ApiPropertyOptional({ example: '2026-11-24', description: 'of the vouchers; default: today' })
  @IfSent()
  @IsCalendarDate()
  date?: string;

  @ApiPropertyOptional({ description: 'only of this ledger' })
  @IfSent()
  @Matches(ID, { message: 'party_ledger_id must be the id of a ledger' })
  party_ledger_id?: string;

  @ApiPropertyOptional({ description: 'id of the ledger for gains and losses; default: Exchange Gain / Loss' })
  @IfSent()
  @Matches(ID, { message: 'ledger_id must be the id of a ledger' })
  ledger_id?: string;

  @ApiPropertyOptional({ description: 'or its name' })
  @IfSent()
  @trimmed()
  @IsString()
  @IsNotEmpty()
  @MaxLength(190)
  ledger?: string;

  @ApiPropertyOptional({ maxLength: 1000 }) @IfSent() @IsString() @MaxLength(1000) narration?: string;

  @ApiPropertyOptional({ description: 'why it may be dated in a locked period; needs periods:override' })
  @IfSent()
  @IsString()
  @IsNotEmpty()
  @MaxLength(500)
  lock_override_reason?: string;
}

export class RevaluationDto extends ExchangeDifferencesDto {
  @ApiPropertyOptional({
    type: Object,
    example: { USD: '84.1' },
    description: 'rates of the day; what is not here comes from `/api/exchange-rates`',
  })
  @IfSent()
  @IsObject()
  @AreRates()
  rates?: Record<string, string>;

  @ApiPropertyOptional({ example: '2026-12-01', description: 'reverses the vouchers at once, on this later day' })
  @IsOptional()
  @IsCalendarDate()
  reverse_on?: string;
}

export class ForeignPositionsQuery extends AsOfQuery {
  @ApiPropertyOptional()
  @IsOptional()
  @Matches(ID, { message: 'ledger_id must be the id of a ledger' })
  ledger_id?: string;
}

export class ForeignPositionDto {
  @ApiProperty() ledger_id: string;
  @ApiProperty({ example: 'Globex Inc' }) ledger: string;
  @ApiProperty({ example: 'USD' }) currency: string;
  @ApiProperty({ nullable: true, type: String, example: 'INV-17', description: 'bill reference' }) bill: string | null;
  @ApiProperty({ example: '100.00', description: 'debit positive' }) foreign_balance: string;
  @ApiProperty({ example: '8350.00', description: 'what the books say, debit positive' }) base_balance: string;
  @ApiProperty({
    example: '8350.00',
    description: 'what the foreign balance came in at, or was last revalued to',
  })
  carrying_amount: string;
  @ApiProperty({ example: '0.00', description: 'gain (positive) or loss of settlements, not yet in the books' })
  realised: string;
  @ApiProperty({ nullable: true, type: String, example: '84.1', description: 'latest rate up to the day' }) rate:
    | string
    | null;
  @ApiProperty({
    nullable: true,
    type: String,
    example: '60.00',
    description: 'gain (positive) or loss of a revaluation',
  })
  unrealised: string | null;
  @ApiProperty({ type: LinksDto, required: false }) links?: LinksDto;
}

export class ForeignPositionsDto {
  @ApiProperty({ example: '2026-11-24' }) as_of: string;
  @ApiProperty({ example: 'INR' }) base_currency: string;
  @ApiProperty({ type: [ForeignPositionDto] }) rows: ForeignPositionDto[];
  @ApiProperty({ example: { realised: '0.00', unrealised: '60.00' }, type: Object })
  totals: { realised: string; unrealised: string };
}
