import { Answer, CompanyRoute, Refusals } from '@finvera/common';
import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { REPORTS } from '../reports.js';
import { FORMATS } from './format-query.js';
import { definitionOf } from './report.js';

class ReportDto {
  @ApiProperty({ example: 'trial-balance' }) name: string;
  @ApiProperty({ example: 'Trial balance' }) title: string;
  @ApiProperty({ example: 'Six columns: opening and closing …' }) description: string;
  @ApiProperty({ example: '/api/reports/trial-balance' }) path: string;
  @ApiProperty({ enum: FORMATS, isArray: true }) formats: readonly string[];
}

@ApiTags('Company: reports')
@Controller('api/reports')
export class ReportListController {
  @Get()
  @CompanyRoute('reports:read')
  @ApiOperation({ summary: 'List reports', description: 'What each is and where; its parameters stand in OpenAPI.' })
  @Answer({ description: 'all of them', data: { reports: [ReportDto] } })
  @Refusals({ 401: 'unauthenticated', 403: 'forbidden' })
  list() {
    const reports = REPORTS.map(definitionOf).map(({ name, title, description, path }) => ({
      name,
      title,
      description,
      path: `/api/${path}`,
      formats: FORMATS,
    }));
    return { reports };
  }
}
