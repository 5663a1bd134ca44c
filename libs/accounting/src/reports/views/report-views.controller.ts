import {
  Answer,
  type CompanyPrincipal,
  CompanyRoute,
  CurrentUser,
  etagOf,
  Idempotency,
  IdempotencyKeyHeader,
  type IdempotencyRequest,
  IfMatch,
  IfMatchHeader,
  Paged,
  Refusals,
} from '@finvera/common';
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query, Res } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { CreateReportViewDto, ListReportViewsQuery, ReportViewDto, UpdateReportViewDto } from './report-view.dto.js';
import { ReportViews } from './report-views.js';

const COMMON = { 400: 'validation_failed', 401: 'unauthenticated', 403: 'forbidden' };
const EXAMPLES = {
  months: {
    value: {
      name: 'Profit, month by month',
      report: 'profit-and-loss',
      period: 'last_month',
      parameters: { compare: '3' },
    },
  },
  groups: { value: { name: 'Primary groups', report: 'trial-balance', parameters: { level: '1' }, shared: true } },
};

@ApiTags('Company: reports')
@Controller('api/report-views')
export class ReportViewsController {
  constructor(private readonly views: ReportViews) {}

  @Get()
  @CompanyRoute('reports:read')
  @ApiOperation({ summary: 'List saved views', description: 'One’s own and those of the company, by name.' })
  @Answer({ description: 'a page', data: { report_views: [ReportViewDto] }, meta: 'page' })
  @Refusals(COMMON)
  async list(@Query() query: ListReportViewsQuery, @CurrentUser() { userId }: CompanyPrincipal) {
    const { views, total } = await this.views.list(query, userId);
    return new Paged({ report_views: views }, { page: query.page, limit: query.limit, total });
  }

  @Post()
  @CompanyRoute('reports:write')
  @IdempotencyKeyHeader()
  @ApiBody({ type: CreateReportViewDto, examples: EXAMPLES })
  @ApiOperation({
    summary: 'Save a view',
    description: 'A report with what it is asked, under a name. It is checked as the report would check it.',
  })
  @Answer({ status: 201, description: 'saved', data: { report_view: ReportViewDto } })
  @Refusals({ ...COMMON, 409: 'report_view_name_taken, idempotency_key_reused' })
  async create(
    @Body() body: CreateReportViewDto,
    @CurrentUser() { userId }: CompanyPrincipal,
    @Idempotency() idempotency: IdempotencyRequest | undefined,
  ) {
    return { report_view: await this.views.create(body, userId, idempotency) };
  }

  @Get(':id')
  @CompanyRoute('reports:read')
  @ApiOperation({ summary: 'Read a saved view', description: '`links.report` is the report as it is asked today.' })
  @Answer({ description: 'the view', data: { report_view: ReportViewDto } })
  @Refusals({ ...COMMON, 404: 'report_view_not_found' })
  async get(
    @Param('id') id: string,
    @CurrentUser() { userId }: CompanyPrincipal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const view = await this.views.one(id, userId);
    reply.header('ETag', etagOf(view.version));
    return { report_view: view };
  }

  @Put(':id')
  @CompanyRoute('reports:write')
  @IfMatchHeader()
  @ApiBody({ type: UpdateReportViewDto, examples: { share: { value: { shared: true } } } })
  @ApiOperation({ summary: 'Change a saved view', description: 'Only what is sent is changed; parameters as a whole.' })
  @Answer({ description: 'as it is now', data: { report_view: ReportViewDto } })
  @Refusals({ ...COMMON, 404: 'report_view_not_found', 409: 'report_view_name_taken', 412: 'stale' })
  async update(
    @Param('id') id: string,
    @Body() body: UpdateReportViewDto,
    @CurrentUser() { userId }: CompanyPrincipal,
    @IfMatch() ifMatch: string | undefined,
  ) {
    return { report_view: await this.views.update(id, body, { userId, ifMatch }) };
  }

  @Delete(':id')
  @HttpCode(200)
  @CompanyRoute('reports:write')
  @ApiOperation({ summary: 'Delete a saved view' })
  @Answer({ description: 'deleted', data: {} })
  @Refusals({ ...COMMON, 404: 'report_view_not_found' })
  async delete(@Param('id') id: string, @CurrentUser() { userId }: CompanyPrincipal) {
    await this.views.delete(id, userId);
    return {};
  }
}
