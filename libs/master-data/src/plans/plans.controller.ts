import { Answer, Paged, PageQuery, PlatformRoute, Refusals } from '@finvera/common';
import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ListPlans } from './list-plans.js';
import { PlanDto, toPlanDto } from './plan.dto.js';

@ApiTags('Platform: plans')
@Controller('api/admin/plans')
export class PlansController {
  constructor(private readonly listPlans: ListPlans) {}

  @Get()
  @PlatformRoute()
  @ApiOperation({ summary: 'List plans', description: 'With storage and requests per minute. Searches code and name.' })
  @Answer({ description: 'a page, cheapest first', data: { plans: [PlanDto] }, meta: 'page' })
  @Refusals({ 400: 'validation_failed', 401: 'unauthenticated', 403: 'forbidden' })
  async list(@Query() query: PageQuery) {
    const { plans, total } = await this.listPlans.list(query);
    return new Paged({ plans: plans.map(toPlanDto) }, { page: query.page, limit: query.limit, total });
  }
}
