import { ApiProperty } from '@nestjs/swagger';

class BalanceDto {
  @ApiProperty({ example: '1000.00', description: 'debit positive' }) opening: string;
  @ApiProperty({ example: '5000.00' }) debit: string;
  @ApiProperty({ example: '4200.00' }) credit: string;
  @ApiProperty({ example: '1800.00', description: 'debit positive' }) closing: string;
}

export class ReconciliationRowDto {
  @ApiProperty({ example: 'HDFC Bank' }) ledger: string;
  @ApiProperty({ nullable: true, type: String }) ledger_id: string | null;
  @ApiProperty({ type: BalanceDto }) file: BalanceDto;
  @ApiProperty({ type: BalanceDto, description: 'of what came from this file' }) books: BalanceDto;
  @ApiProperty({ example: '0.00', description: 'closing of the file less that of the books' }) difference: string;
}

class TotalsDto {
  @ApiProperty({ example: '125000.00' }) debit: string;
  @ApiProperty({ example: '125000.00' }) credit: string;
}

class BothTotalsDto {
  @ApiProperty({ type: TotalsDto }) file: TotalsDto;
  @ApiProperty({ type: TotalsDto }) books: TotalsDto;
}

export class ReconciliationDto {
  @ApiProperty() import_id: string;
  @ApiProperty({ example: 'succeeded' }) status: string;
  @ApiProperty({ description: 'every ledger agrees, and every row could be read' }) reconciled: boolean;
  @ApiProperty({ example: 66 }) ledgers: number;
  @ApiProperty({ example: 0 }) differing: number;
  @ApiProperty({ example: 0 }) unread_rows: number;
  @ApiProperty({ example: '0.00' }) opening_difference: string;
  @ApiProperty({ type: BothTotalsDto, description: 'sums of the closing balances' }) totals: BothTotalsDto;
  @ApiProperty({ type: [ReconciliationRowDto], description: 'ledgers that differ; with all=true, all' })
  rows: ReconciliationRowDto[];
}
