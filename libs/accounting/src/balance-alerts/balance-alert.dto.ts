import { AmountField, IfSent, PageQuery, trimmed } from '@finvera/common';
import { ApiProperty, ApiPropertyOptional, PartialType } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsEmail,
  IsIn,
  IsNotEmpty,
  IsOptional,
  IsString,
  Matches,
  MaxLength,
} from 'class-validator';
import { DIRECTIONS, type Direction, type Side, SIDES } from './threshold.js';

const MAIL_TO_MAX = 10;

export class CreateBalanceAlertRuleDto {
  @ApiPropertyOptional({ description: 'id of the ledger' })
  @IfSent()
  @Matches(/^\d{1,20}$/, { message: 'ledger_id must be the id of a ledger' })
  ledger_id?: string;

  @ApiPropertyOptional({ example: 'Cash', description: 'or its name' })
  @IfSent()
  @trimmed()
  @IsString()
  @IsNotEmpty()
  @MaxLength(190)
  ledger?: string;

  @ApiProperty({ enum: DIRECTIONS, example: 'below' })
  @IsIn(DIRECTIONS, { message: 'direction must be above or below' })
  direction: Direction;

  @AmountField({ example: '10000.00', description: 'a balance that equals it is not beyond it' }) threshold: string;

  @ApiPropertyOptional({
    enum: SIDES,
    default: 'debit',
    description: 'the side that counts as positive: `credit` for what is owed',
  })
  @IfSent()
  @IsIn(SIDES, { message: 'side must be debit or credit' })
  side?: Side;

  @ApiPropertyOptional({ example: 'Cash runs out', maxLength: 250, description: 'left away: made of the other fields' })
  @IfSent()
  @trimmed()
  @IsString()
  @IsNotEmpty()
  @MaxLength(250)
  name?: string;

  @ApiPropertyOptional({
    type: [String],
    example: [],
    maxItems: MAIL_TO_MAX,
    description: 'addresses of users of the company who get a mail of each alert',
  })
  @IfSent()
  @IsArray()
  @ArrayMaxSize(MAIL_TO_MAX)
  @ArrayUnique()
  @IsEmail({}, { each: true, message: 'mail_to must be addresses of users' })
  mail_to?: string[];

  @ApiPropertyOptional({ default: true }) @IfSent() @IsBoolean() is_active?: boolean;
}

export class UpdateBalanceAlertRuleDto extends PartialType(CreateBalanceAlertRuleDto, { skipNullProperties: false }) {}

export class ListBalanceAlertRulesQuery extends PageQuery {
  @ApiPropertyOptional()
  @IsOptional()
  @Matches(/^\d{1,20}$/, { message: 'ledger_id must be the id of a ledger' })
  ledger_id?: string;
}

export class BalanceAlertRuleDto {
  @ApiProperty({ example: '383483921874944' }) id: string;
  @ApiProperty({ example: 'Cash below 10000.00' }) name: string;
  @ApiProperty({ example: '383483921874944' }) ledger_id: string;
  @ApiProperty({ enum: SIDES }) side: Side;
  @ApiProperty({ enum: DIRECTIONS }) direction: Direction;
  @ApiProperty({ example: '10000.00' }) threshold: string;
  @ApiProperty({ type: [String], example: ['admin@acme.com'] }) mail_to: string[];
  @ApiProperty() is_active: boolean;
  @ApiProperty({ description: 'the balance is beyond the threshold; it alerts again when it has come back in between' })
  is_crossed: boolean;
  @ApiProperty() version: number;
}

export const ALERT_STATUSES = ['open', 'acknowledged'] as const;
export type AlertStatus = (typeof ALERT_STATUSES)[number];

export class ListBalanceAlertsQuery extends PageQuery {
  @ApiPropertyOptional({ enum: ALERT_STATUSES }) @IsOptional() @IsIn(ALERT_STATUSES) status?: AlertStatus;

  @ApiPropertyOptional()
  @IsOptional()
  @Matches(/^\d{1,20}$/, { message: 'rule_id must be the id of a rule' })
  rule_id?: string;

  @ApiPropertyOptional()
  @IsOptional()
  @Matches(/^\d{1,20}$/, { message: 'ledger_id must be the id of a ledger' })
  ledger_id?: string;
}

export class AcknowledgeAlertDto {
  @ApiPropertyOptional({ example: 'cash was brought from the bank', maxLength: 500 })
  @IfSent()
  @trimmed()
  @IsString()
  @MaxLength(500)
  note?: string;
}

export class BalanceAlertDto {
  @ApiProperty({ example: '383483921874944' }) id: string;
  @ApiProperty({ nullable: true, type: String, description: 'null: the rule was deleted' }) rule_id: string | null;
  @ApiProperty({ example: 'Cash below 10000.00' }) rule: string;
  @ApiProperty({ example: '383483921874944' }) ledger_id: string;
  @ApiProperty({ example: 'Cash' }) ledger: string;
  @ApiProperty({ enum: SIDES }) side: Side;
  @ApiProperty({ enum: DIRECTIONS }) direction: Direction;
  @ApiProperty({ example: '10000.00' }) threshold: string;
  @ApiProperty({ example: '9500.00', description: 'when it was raised; what stands on the other side is negative' })
  balance: string;
  @ApiProperty({ example: '2026-11-24', description: 'the day whose balance it is' }) as_of: string;
  @ApiProperty({ enum: ALERT_STATUSES }) status: AlertStatus;
  @ApiProperty() raised_at: string;
  @ApiProperty({ nullable: true, type: String }) acknowledged_at: string | null;
  @ApiProperty({ nullable: true, type: String }) acknowledged_by: string | null;
  @ApiProperty() note: string;
}
