import { type Actor, Answer, CompanyRoute, CurrentActor, Refusals, trimmed } from '@finvera/common';
import { Body, Controller, Get, Put } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { IsNotEmpty, IsString, MaxLength } from 'class-validator';
import { ChooseChart } from './choose-chart.js';
import type { ChartTemplate } from './templates/chart-template.js';
import { CHART_TEMPLATES } from './templates/chart-templates.js';

class ChooseChartDto {
  @ApiProperty({ example: 'indian_standard', description: 'code of a chart template' })
  @trimmed()
  @MaxLength(40)
  @IsString()
  @IsNotEmpty({ message: 'template must not be empty' })
  template: string;
}

class ChartTemplateDto {
  @ApiProperty({ example: 'indian_standard' }) code: string;
  @ApiProperty({ example: 'Standard Indian chart' }) name: string;
  @ApiProperty() description: string;
  @ApiProperty({ type: [String], example: ['Current Assets', 'Current Assets / Cash in Hand'] }) groups: string[];
  @ApiProperty({ type: [String], example: ['Cash'] }) ledgers: string[];
}

@ApiTags('Company: chart of accounts')
@Controller('api/settings')
export class ChartTemplatesController {
  constructor(private readonly chooseChart: ChooseChart) {}

  @Get('chart-templates')
  @CompanyRoute('settings:read')
  @ApiOperation({
    summary: 'List chart templates',
    description: 'Charts that a company may begin with; the first is the default.',
  })
  @Answer({ description: 'all of them', data: { chart_templates: [ChartTemplateDto] } })
  @Refusals({ 401: 'unauthenticated', 403: 'forbidden' })
  list() {
    return { chart_templates: CHART_TEMPLATES.map(toDto) };
  }

  @Put('chart')
  @CompanyRoute('settings:write')
  @ApiBody({ type: ChooseChartDto, examples: { indian: { value: { template: 'indian_standard' } } } })
  @ApiOperation({
    summary: 'Choose the chart of accounts',
    description: 'Before the first voucher, opening balance and ledger or group of your own.',
  })
  @Answer({ description: 'the chart that the company has now', data: { chart_template: ChartTemplateDto } })
  @Refusals({
    400: 'validation_failed',
    401: 'unauthenticated',
    403: 'forbidden',
    404: 'chart_template_not_found',
    422: 'books_in_use, chart_in_use',
  })
  async choose(@Body() { template }: ChooseChartDto, @CurrentActor() actor: Actor) {
    return { chart_template: toDto(await this.chooseChart.choose(template, actor)) };
  }
}

function toDto({ code, name, description, groups, ledgers }: ChartTemplate): ChartTemplateDto {
  const byCode = new Map(groups.map((group) => [group.code, group]));
  const path = (group: ChartTemplate['groups'][number]): string =>
    group.parent ? `${path(byCode.get(group.parent)!)} / ${group.name}` : group.name;
  return { code, name, description, groups: groups.map(path), ledgers: ledgers.map((ledger) => ledger.name) };
}
