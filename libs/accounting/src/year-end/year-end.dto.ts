import { trimmed } from '@finvera/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsNotEmpty, IsOptional, IsString, MaxLength } from 'class-validator';
import { IsId } from '../vouchers/voucher-body.dto.js';

export class CloseYearDto {
  @ApiPropertyOptional({
    description: 'id of the equity ledger that takes the result; left away: *Profit & Loss A/c*',
    nullable: true,
    type: String,
  })
  @IsOptional()
  @IsId('a ledger')
  transfer_to_ledger_id?: string;

  @ApiPropertyOptional({ example: 'Audited on 12 September', maxLength: 500 })
  @IsOptional()
  @IsString()
  @MaxLength(500)
  reason?: string;
}

export class ReopenYearDto {
  @ApiProperty({ example: 'The auditor found an invoice', maxLength: 500 })
  @trimmed()
  @MaxLength(500)
  @IsString()
  @IsNotEmpty({ message: 'reason must not be empty: it stands in the edit log' })
  reason: string;
}
