import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, Matches } from 'class-validator';
import { LinksDto } from './frame/links.js';
import { AsOfQuery } from './report.dto.js';

const ID = '383483921874944';

export class OutstandingsQuery extends AsOfQuery {
  @ApiProperty({ enum: ['receivable', 'payable'] })
  @IsIn(['receivable', 'payable'], { message: 'side must be receivable or payable' })
  side: 'receivable' | 'payable';

  @ApiPropertyOptional({ enum: ['due_date', 'bill_date'], default: 'due_date' })
  @IsOptional()
  @IsIn(['due_date', 'bill_date'], { message: 'age_by must be due_date or bill_date' })
  age_by: 'due_date' | 'bill_date' = 'due_date';

  @ApiPropertyOptional({ description: 'one party alone' })
  @IsOptional()
  @Matches(/^\d{1,20}$/, { message: 'ledger_id must be the id of a ledger' })
  ledger_id?: string;

  @ApiPropertyOptional({
    example: '30,60,90',
    default: '30,60,90',
    description: 'upper ends of the buckets in days, rising',
  })
  @IsOptional()
  @Matches(/^\d{1,4}(,\d{1,4}){0,9}$/, {
    message: 'buckets must be up to ten rising numbers of days such as "30,60,90"',
  })
  buckets: string = '30,60,90';
}

class OutstandingBillDto {
  @ApiProperty({ example: ID }) ledger_id: string;
  @ApiProperty({ example: 'Sharma Traders' }) ledger: string;
  @ApiProperty({ example: 'INV-17' }) name: string;
  @ApiProperty({ example: '2026-11-01', description: 'of the voucher that brought the reference up' }) date: string;
  @ApiProperty({ example: '2026-12-01', description: 'as given, else the date and the credit days of the ledger' })
  due_date: string;
  @ApiProperty({ example: '1180.00', description: 'debit positive' }) pending: string;
  @ApiProperty({ enum: ['debit', 'credit'] }) side: string;
  @ApiProperty({ example: 23, description: 'at as_of; negative: not due yet' }) age_days: number;
  @ApiProperty({ example: '0-30' }) bucket: string;
  @ApiProperty({ type: LinksDto }) links: LinksDto;
}

class OutstandingPartyDto {
  @ApiProperty({ type: LinksDto }) links: LinksDto;
  @ApiProperty({ example: ID }) ledger_id: string;
  @ApiProperty({ example: 'Sharma Traders' }) ledger: string;
  @ApiProperty({ example: '1180.00', description: 'balance of the ledger, debit positive' }) total: string;
  @ApiProperty({ example: '0.00', description: 'what no reference explains' }) on_account: string;
  @ApiProperty({
    type: Object,
    additionalProperties: { type: 'string' },
    example: { not_due: '0.00', '0-30': '1180.00', '31-60': '0.00', '61-90': '0.00', '90+': '0.00' },
    description: 'sums of the bills; `not_due` when aged by due date',
  })
  buckets: Record<string, string>;
}

export class OutstandingsDto {
  @ApiProperty({ example: '2026-11-24' }) as_of: string;
  @ApiProperty({ enum: ['receivable', 'payable'] }) side: string;
  @ApiProperty({ enum: ['due_date', 'bill_date'] }) age_by: string;
  @ApiProperty({ example: '1180.00', description: 'of all parties, debit positive' }) total: string;
  @ApiProperty({ type: [OutstandingBillDto] }) bills: OutstandingBillDto[];
  @ApiProperty({ type: [OutstandingPartyDto] }) by_party: OutstandingPartyDto[];
}
