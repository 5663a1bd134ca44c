import {
  type Actor,
  Answer,
  CompanyRoute,
  CurrentActor,
  etagOf,
  Idempotency,
  IdempotencyKeyHeader,
  type IdempotencyRequest,
  IfMatch,
  IfMatchHeader,
  Paged,
  PageQuery,
  Refusals,
} from '@finvera/common';
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query, Res } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { CompanyRecords } from '../records/company-records.js';
import { CostCategoryBodyDto, CostCategoryDto } from './cost-centre.dto.js';
import { COST_CATEGORY } from './cost-kinds.js';
import { ManageCostCentres } from './manage-cost-centres.js';

const COMMON = { 400: 'validation_failed', 401: 'unauthenticated', 403: 'forbidden' };

@ApiTags('Company: cost centres')
@Controller('api/cost-categories')
export class CostCategoriesController {
  constructor(
    private readonly records: CompanyRecords,
    private readonly costCentres: ManageCostCentres,
  ) {}

  @Get()
  @CompanyRoute('ledgers:read')
  @ApiOperation({ summary: 'List cost categories', description: 'Sort by name or created_at.' })
  @Answer({ description: 'a page', data: { cost_categories: [CostCategoryDto] }, meta: 'page' })
  @Refusals(COMMON)
  async list(@Query() query: PageQuery) {
    const { records, total } = await this.records.list(COST_CATEGORY, query);
    return new Paged({ cost_categories: records }, { page: query.page, limit: query.limit, total });
  }

  @Post()
  @CompanyRoute('ledgers:write')
  @IdempotencyKeyHeader()
  @ApiBody({ type: CostCategoryBodyDto, examples: { departments: { value: { name: 'Departments' } } } })
  @ApiOperation({
    summary: 'Add a cost category',
    description: 'A way of dividing the books; the same entry may be divided in several.',
  })
  @Answer({ status: 201, description: 'added', data: { cost_category: CostCategoryDto } })
  @Refusals({ ...COMMON, 409: 'cost_category_name_taken, idempotency_key_reused' })
  async create(
    @Body() body: CostCategoryBodyDto,
    @CurrentActor() actor: Actor,
    @Idempotency() idempotency: IdempotencyRequest | undefined,
  ) {
    return { cost_category: await this.costCentres.createCategory(body, actor, idempotency) };
  }

  @Get(':id')
  @CompanyRoute('ledgers:read')
  @ApiOperation({ summary: 'Read a cost category' })
  @Answer({ description: 'the cost category', data: { cost_category: CostCategoryDto } })
  @Refusals({ ...COMMON, 404: 'cost_category_not_found' })
  async get(@Param('id') id: string, @Res({ passthrough: true }) reply: FastifyReply) {
    const category = await this.records.one(COST_CATEGORY, id);
    reply.header('ETag', etagOf(category.version));
    return { cost_category: category };
  }

  @Put(':id')
  @CompanyRoute('ledgers:write')
  @IfMatchHeader()
  @ApiBody({ type: CostCategoryBodyDto, examples: { rename: { value: { name: 'Branches' } } } })
  @ApiOperation({ summary: 'Rename a cost category' })
  @Answer({ description: 'as it is now', data: { cost_category: CostCategoryDto } })
  @Refusals({ ...COMMON, 404: 'cost_category_not_found', 409: 'cost_category_name_taken', 412: 'stale' })
  async update(
    @Param('id') id: string,
    @Body() body: CostCategoryBodyDto,
    @IfMatch() ifMatch: string | undefined,
    @CurrentActor() actor: Actor,
  ) {
    return { cost_category: await this.costCentres.renameCategory(id, body, ifMatch, actor) };
  }

  @Delete(':id')
  @HttpCode(200)
  @CompanyRoute('ledgers:write')
  @ApiOperation({ summary: 'Delete a cost category', description: 'Only one without centres.' })
  @Answer({ description: 'deleted', data: {} })
  @Refusals({ ...COMMON, 404: 'cost_category_not_found', 422: 'cost_category_in_use' })
  async delete(@Param('id') id: string, @CurrentActor() actor: Actor) {
    await this.costCentres.deleteCategory(id, actor);
    return {};
  }
}
