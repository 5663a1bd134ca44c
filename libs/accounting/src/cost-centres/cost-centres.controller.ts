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
  Refusals,
} from '@finvera/common';
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query, Res } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { CompanyRecords } from '../records/company-records.js';
import { CostCentreDto, CreateCostCentreDto, ListCostCentresQuery, UpdateCostCentreDto } from './cost-centre.dto.js';
import { COST_CENTRE } from './cost-kinds.js';
import { ManageCostCentres } from './manage-cost-centres.js';

const COMMON = { 400: 'validation_failed', 401: 'unauthenticated', 403: 'forbidden' };

@ApiTags('Company: cost centres')
@Controller('api/cost-centres')
export class CostCentresController {
  constructor(
    private readonly records: CompanyRecords,
    private readonly costCentres: ManageCostCentres,
  ) {}

  @Get()
  @CompanyRoute('ledgers:read')
  @ApiOperation({ summary: 'List cost centres', description: 'Sort by name or created_at.' })
  @Answer({ description: 'a page', data: { cost_centres: [CostCentreDto] }, meta: 'page' })
  @Refusals(COMMON)
  async list(@Query() query: ListCostCentresQuery) {
    const { records, total } = await this.records.list(COST_CENTRE, query, { categoryId: query.category_id });
    return new Paged({ cost_centres: records }, { page: query.page, limit: query.limit, total });
  }

  @Post()
  @CompanyRoute('ledgers:write')
  @IdempotencyKeyHeader()
  @ApiBody({ type: CreateCostCentreDto, examples: { marketing: { value: { name: 'Marketing' } } } })
  @ApiOperation({
    summary: 'Add a cost centre',
    description:
      'Without category_id it gets that of its parent, or *Primary Cost Category*. Entries name centres in `cost_centres`.',
  })
  @Answer({ status: 201, description: 'added', data: { cost_centre: CostCentreDto } })
  @Refusals({
    ...COMMON,
    409: 'cost_centre_name_taken, idempotency_key_reused',
    422: 'cost_category_not_found, cost_centre_not_found, cost_centre_place',
  })
  async create(
    @Body() body: CreateCostCentreDto,
    @CurrentActor() actor: Actor,
    @Idempotency() idempotency: IdempotencyRequest | undefined,
  ) {
    return { cost_centre: await this.costCentres.create(body, actor, idempotency) };
  }

  @Get(':id')
  @CompanyRoute('ledgers:read')
  @ApiOperation({ summary: 'Read a cost centre' })
  @Answer({ description: 'the cost centre', data: { cost_centre: CostCentreDto } })
  @Refusals({ ...COMMON, 404: 'cost_centre_not_found' })
  async get(@Param('id') id: string, @Res({ passthrough: true }) reply: FastifyReply) {
    const centre = await this.records.one(COST_CENTRE, id);
    reply.header('ETag', etagOf(centre.version));
    return { cost_centre: centre };
  }

  @Put(':id')
  @CompanyRoute('ledgers:write')
  @IfMatchHeader()
  @ApiBody({ type: UpdateCostCentreDto, examples: { retire: { value: { is_active: false } } } })
  @ApiOperation({ summary: 'Change a cost centre', description: 'Only what is sent is changed.' })
  @Answer({ description: 'as it is now', data: { cost_centre: CostCentreDto } })
  @Refusals({
    ...COMMON,
    404: 'cost_centre_not_found',
    409: 'cost_centre_name_taken',
    412: 'stale',
    422: 'cost_category_not_found, cost_centre_not_found, cost_centre_place, cost_centre_in_use',
  })
  async update(
    @Param('id') id: string,
    @Body() body: UpdateCostCentreDto,
    @IfMatch() ifMatch: string | undefined,
    @CurrentActor() actor: Actor,
  ) {
    return { cost_centre: await this.costCentres.update(id, body, ifMatch, actor) };
  }

  @Delete(':id')
  @HttpCode(200)
  @CompanyRoute('ledgers:write')
  @ApiOperation({ summary: 'Delete a cost centre', description: 'Only one without entries and centres below it.' })
  @Answer({ description: 'deleted', data: {} })
  @Refusals({ ...COMMON, 404: 'cost_centre_not_found', 422: 'cost_centre_in_use' })
  async delete(@Param('id') id: string, @CurrentActor() actor: Actor) {
    await this.costCentres.delete(id, actor);
    return {};
  }
}
