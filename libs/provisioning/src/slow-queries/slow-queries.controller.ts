import { Answer, Paged, PageQuery, PlatformRoute, Refusals } from '@finvera/common';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { FindTenants } from '../tenants/find-tenants.js';
import { ListSlowQueries } from './list-slow-queries.js';
import { SlowQueryDto } from './slow-query.dto.js';

@ApiTags('Platform: companies')
@Controller('api/admin/tenants/:id/slow-queries')
export class SlowQueriesController {
  constructor(
    private readonly tenants: FindTenants,
    private readonly slowQueries: ListSlowQueries,
  ) {}

  @Get()
  @PlatformRoute()
  @ApiOperation({
    summary: 'Recent slow statements of a company',
    description:
      'Those that took `SLOW_QUERY_MS` or longer, newest first: the last hundred of all processes, for seven days. Statements have no values in them. While Redis is away, those of the process that answers, and `shared` is false. `search` finds statement and request id, `sort` takes `at`, `duration_ms`, `waited_ms`, `rows`.',
  })
  @Answer({ description: 'a page', data: { slow_queries: [SlowQueryDto] }, meta: 'page' })
  @Refusals({
    400: 'validation_failed',
    401: 'unauthenticated, token_invalid, token_expired',
    403: 'forbidden',
    404: 'tenant_not_found',
  })
  async list(@Param('id') id: string, @Query() query: PageQuery) {
    const tenant = await this.tenants.one(id);
    const { queries, total, shared } = await this.slowQueries.list(tenant.id, query);
    return new Paged({ slow_queries: queries, shared }, { page: query.page, limit: query.limit, total });
  }
}
