import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, Matches } from 'class-validator';
import { NATURES } from '../chart/account-group.entity.js';
import { LinksDto } from '../reports/frame/links.js';
import { PagedPeriodQuery, PeriodQuery } from '../reports/report.dto.js';

export class CostCentreReportQuery extends PeriodQuery {
  @ApiPropertyOptional({ description: 'only centres of this cost category' })
  @IsOptional()
  @Matches(/^\d{1,20}$/, { message: 'category_id must be the id of a cost category' })
  category_id?: string;
}

export class CostCentreStatementQuery extends PagedPeriodQuery {}

export class CostSumsDto {
  @ApiProperty({ example: '1180.00' }) debit: string;
  @ApiProperty({ example: '0.00' }) credit: string;
  @ApiProperty({ example: '1180.00', description: 'debit positive' }) net: string;
  @ApiProperty({ example: '0.00' }) income: string;
  @ApiProperty({ example: '1180.00' }) expense: string;
  @ApiProperty({ example: '-1180.00', description: 'income less expense' }) result: string;
}

export class CostCategorySumsDto extends CostSumsDto {
  @ApiProperty() cost_category_id: string;
  @ApiProperty({ example: 'Departments' }) cost_category: string;
}

export class CostLedgerDto {
  @ApiProperty() ledger_id: string;
  @ApiProperty({ example: 'Advertising' }) ledger: string;
  @ApiProperty({ enum: NATURES }) nature: string;
  @ApiProperty({ example: '1180.00' }) debit: string;
  @ApiProperty({ example: '0.00' }) credit: string;
  @ApiProperty({ example: '1180.00' }) net: string;
  @ApiProperty({ type: LinksDto }) links: LinksDto;
}

export class CostCentreRowDto extends CostSumsDto {
  @ApiProperty() cost_centre_id: string;
  @ApiProperty({ example: 'Marketing' }) cost_centre: string;
  @ApiProperty({ nullable: true, type: String }) parent_id: string | null;
  @ApiProperty() cost_category_id: string;
  @ApiProperty({ example: 'Departments' }) cost_category: string;
  @ApiProperty({ type: CostSumsDto, description: 'together with the centres below' }) with_below: CostSumsDto;
  @ApiProperty({ type: [CostLedgerDto] }) ledgers: CostLedgerDto[];
  @ApiProperty({ type: LinksDto }) links: LinksDto;
}

export class CostCentreReportDto {
  @ApiProperty({ example: '2026-04-01' }) from: string;
  @ApiProperty({ example: '2027-03-31' }) to: string;
  @ApiProperty({ type: [CostCategorySumsDto] }) categories: CostCategorySumsDto[];
  @ApiProperty({ type: [CostCentreRowDto] }) rows: CostCentreRowDto[];
}

export class CostCentreLineDto {
  @ApiProperty({ example: '2026-11-24' }) date: string;
  @ApiProperty() voucher_id: string;
  @ApiProperty({ nullable: true, type: String }) voucher_number: string | null;
  @ApiProperty({ example: 'Payment' }) voucher_type: string;
  @ApiProperty() ledger_id: string;
  @ApiProperty({ example: 'Advertising' }) ledger: string;
  @ApiProperty() narration: string;
  @ApiProperty({ example: '1180.00' }) debit: string;
  @ApiProperty({ example: '0.00' }) credit: string;
  @ApiProperty({ type: LinksDto }) links: LinksDto;
}

export class CostCentreStatementDto {
  @ApiProperty() cost_centre_id: string;
  @ApiProperty({ example: 'Marketing' }) cost_centre: string;
  @ApiProperty() from: string;
  @ApiProperty() to: string;
  @ApiProperty({ type: [CostCentreLineDto] }) lines: CostCentreLineDto[];
}
