import { Answer, CompanyRoute, Paged, Refusals } from '@finvera/common';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { PagedPeriodQuery } from '../reports/report.dto.js';
import { ReportPeriod } from '../reports/report-period.js';
import { CostCentreReport } from './cost-centre-report.js';
import { CostCentreReportDto, CostCentreReportQuery, CostCentreStatementDto } from './cost-centre-report.dto.js';
import { CostCentreStatement } from './cost-centre-statement.js';

const COMMON = { 400: 'validation_failed', 401: 'unauthenticated', 403: 'forbidden' };

@ApiTags('Company: reports')
@Controller('api')
export class CostCentreReportsController {
  constructor(
    private readonly period: ReportPeriod,
    private readonly report: CostCentreReport,
    private readonly statement: CostCentreStatement,
  ) {}

  @Get('reports/cost-centres')
  @CompanyRoute('reports:read')
  @ApiOperation({
    summary: 'Cost centres',
    description:
      'What moved in each centre within a period, by ledger, alone and together with the centres below it; sums per cost category.',
  })
  @Answer({ description: 'the report', data: { cost_centres: CostCentreReportDto } })
  @Refusals(COMMON)
  async read(@Query() query: CostCentreReportQuery) {
    const period = await this.period.of(query.from, query.to);
    return { cost_centres: await this.report.read(period, query.category_id) };
  }

  @Get('cost-centres/:id/statement')
  @CompanyRoute('reports:read')
  @ApiOperation({ summary: 'Entries of a cost centre', description: 'In order of date; without the centres below it.' })
  @Answer({ description: 'a page', data: { statement: CostCentreStatementDto }, meta: 'cursor' })
  @Refusals({ ...COMMON, 404: 'cost_centre_not_found' })
  async readStatement(@Param('id') id: string, @Query() query: PagedPeriodQuery) {
    const period = await this.period.of(query.from, query.to);
    const page = { ...period, cursor: query.cursor, limit: query.limit };
    const { statement, nextCursor } = await this.statement.read(id, page);
    return new Paged({ statement }, { next_cursor: nextCursor, limit: query.limit });
  }
}
