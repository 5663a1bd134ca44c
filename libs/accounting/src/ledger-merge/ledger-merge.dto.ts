import { IfSent, PageQuery, trimmed } from '@finvera/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsNotEmpty, IsOptional, IsString, Matches, MaxLength } from 'class-validator';

const ID = /^\d{1,20}$/;

export class UndoLedgerMergeDto {
  @ApiPropertyOptional({ example: 'Two customers after all' }) @IfSent() @IsString() @MaxLength(500) reason?: string;

  @ApiPropertyOptional({ description: 'why vouchers of a locked period may change; needs periods:override' })
  @IfSent()
  @trimmed()
  @IsString()
  @IsNotEmpty()
  @MaxLength(500)
  lock_override_reason?: string;
}

export class MergeLedgersDto extends UndoLedgerMergeDto {
  @ApiProperty({ example: '383483921874944', description: 'the ledger that stays' })
  @Matches(ID, { message: 'into_ledger_id must be the id of a ledger' })
  into_ledger_id: string;
}

export class ListLedgerMergesQuery extends PageQuery {
  @ApiPropertyOptional({ description: 'merges of this ledger, or into it' })
  @IsOptional()
  @Matches(ID, { message: 'ledger_id must be the id of a ledger' })
  ledger_id?: string;
}

export class LedgerMergeDto {
  @ApiProperty({ example: '383483921874944' }) id: string;
  @ApiProperty() from_ledger_id: string;
  @ApiProperty({ example: 'Sharma Trader' }) from_ledger: string;
  @ApiProperty() into_ledger_id: string;
  @ApiProperty({ example: 'Sharma Traders' }) into_ledger: string;
  @ApiProperty({ enum: ['merged', 'undone'] }) status: string;
  @ApiProperty({ description: 'how many vouchers got a new version' }) vouchers: number;
  @ApiProperty() reason: string;
  @ApiProperty() created_at: string;
}
