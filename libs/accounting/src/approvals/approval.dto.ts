import { AmountField, IfSent, PageQuery, trimmed } from '@finvera/common';
import { ApiProperty, ApiPropertyOptional, PartialType } from '@nestjs/swagger';
import { IsBoolean, IsNotEmpty, IsOptional, IsString, MaxLength } from 'class-validator';

export class CreateApprovalRuleDto {
  @ApiProperty({ example: 'Payments from 50,000', maxLength: 120 })
  @trimmed()
  @IsString()
  @IsNotEmpty()
  @MaxLength(120)
  name: string;

  @ApiPropertyOptional({
    example: 'Payment',
    nullable: true,
    type: String,
    description: 'id or name; null or left away: all',
  })
  @IsOptional()
  @trimmed()
  @IsString()
  @IsNotEmpty()
  @MaxLength(80)
  voucher_type?: string | null;

  @AmountField({ example: '50000.00', description: 'total of a voucher from which on it needs approval; "0": always' })
  from_amount: string;

  @ApiPropertyOptional({ default: true }) @IfSent() @IsBoolean() is_active?: boolean;
}

export class UpdateApprovalRuleDto extends PartialType(CreateApprovalRuleDto) {
  @IfSent() declare name?: string;
  @IfSent() declare from_amount?: string;
}

export class ListApprovalRulesQuery extends PageQuery {}

export class ApprovalRuleDto {
  @ApiProperty({ example: '383483921874944' }) id: string;
  @ApiProperty({ example: 'Payments from 50,000' }) name: string;
  @ApiProperty({ nullable: true, type: String, description: 'null: vouchers of every type' }) voucher_type_id:
    | string
    | null;
  @ApiProperty({ example: '50000.00' }) from_amount: string;
  @ApiProperty() is_active: boolean;
  @ApiProperty() version: number;
}

export class ApproveDto {
  @ApiPropertyOptional({ example: 'Invoice seen', description: 'stands in the edit log' })
  @IfSent()
  @trimmed()
  @IsString()
  @MaxLength(500)
  comment?: string;

  @ApiPropertyOptional({ description: 'why it may be dated in a locked period; needs periods:override' })
  @IfSent()
  @IsString()
  @IsNotEmpty()
  @MaxLength(500)
  lock_override_reason?: string;
}

export class RejectDto {
  @ApiProperty({ example: 'The invoice is missing' })
  @trimmed()
  @MaxLength(500)
  @IsString()
  @IsNotEmpty({ message: 'reason must not be empty: whoever submitted the voucher reads it' })
  reason: string;
}

export class ListWaitingQuery extends PageQuery {}
