import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import type { TableColumns } from './formats/tables/table.js';

const Column = (example: string, description?: string) => (target: object, property: string) => {
  ApiPropertyOptional({ example, description })(target, property);
  IsOptional()(target, property);
  IsString()(target, property);
  MaxLength(100)(target, property);
};

/** Which columns of a table hold what, named as the header of the file names them. */
export class TableColumnsDto implements TableColumns {
  @ApiProperty({ enum: ['vouchers', 'ledgers'], description: 'what a row of the file is' })
  @IsIn(['vouchers', 'ledgers'], { message: 'columns.content must be vouchers or ledgers' })
  content: TableColumns['content'];
  @Column('Account', 'name of the ledger') ledger?: string;
  @Column('Group', 'account group of the ledger') group?: string;
  @Column('Opening', 'debit positive, "Dr" or "Cr" behind an amount counts; or two columns') opening?: string;
  @Column('Opening Dr') opening_debit?: string;
  @Column('Opening Cr') opening_credit?: string;
  @Column('Billwise', 'yes or no') bill_by_bill?: string;
  @Column('Date') date?: string;
  @Column('Vch Type') voucher_type?: string;
  @Column('Vch No') number?: string;
  @Column('Debit') debit?: string;
  @Column('Credit') credit?: string;
  @Column('Amount', 'instead of debit and credit: debit positive, or with "Dr" or "Cr"') amount?: string;
  @Column('Debit Account', 'of tables with a whole voucher in each row, with credit_ledger and amount')
  debit_ledger?: string;
  @Column('Credit Account') credit_ledger?: string;
  @Column('Narration') narration?: string;
  @Column('Ref') reference?: string;
  @Column('Bill', 'reference that the whole entry belongs to') bill?: string;
  @Column('Bill Type', 'new ref (when empty), agst ref, advance') bill_type?: string;
  @Column('Department') cost_centre?: string;
  @Column('DD/MM/YYYY', 'form of the dates') date_format?: string;
  @ApiPropertyOptional({ enum: ['.', ','], default: '.' }) @IsOptional() @IsIn(['.', ',']) decimal?: '.' | ',';
  @ApiPropertyOptional({ enum: [',', ';', '\t', '|'], description: 'of CSV; left away: what the header is divided by' })
  @IsOptional()
  @IsIn([',', ';', '\t', '|'])
  delimiter?: TableColumns['delimiter'];
  @ApiPropertyOptional({ default: 0, description: 'lines above the header' })
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(1_000)
  skip_lines?: number;
  @Column('Journal', 'voucher type of rows that do not say it') default_type?: string;
}
