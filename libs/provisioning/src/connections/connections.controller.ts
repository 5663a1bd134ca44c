import { Paged, PageQuery, PlatformRoute, Refusals } from '@finvera/common';
import { Controller, Get, Query } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, ApiOperation, ApiTags, getSchemaPath } from '@nestjs/swagger';
import { ConnectionsDto } from './connections.dto.js';
import { ReadConnections } from './read-connections.js';

@ApiTags('Platform: connections')
@Controller('api/admin/connections')
export class ConnectionsController {
  constructor(private readonly connections: ReadConnections) {}

  @Get()
  @PlatformRoute()
  @ApiOperation({
    summary: 'Connections to the companies’ databases',
    description:
      'Of the process that answers: `process` says which; `other_processes` has the totals of the others. `tenants` is a page: `search` finds id, subdomain and server, `sort` takes any of its figures, for example `-wait_p99_ms`.',
  })
  @ApiExtraModels(ConnectionsDto)
  @ApiOkResponse({
    description: 'as it is now',
    schema: {
      type: 'object',
      required: ['success', 'data', 'meta'],
      properties: {
        success: { type: 'boolean', example: true },
        data: { $ref: getSchemaPath(ConnectionsDto) },
        meta: {
          type: 'object',
          properties: { page: { type: 'integer' }, limit: { type: 'integer' }, total: { type: 'integer' } },
          example: { page: 1, limit: 50, total: 1 },
        },
      },
    },
  })
  @Refusals({ 400: 'validation_failed', 401: 'unauthenticated, token_invalid, token_expired', 403: 'forbidden' })
  async read(@Query() query: PageQuery) {
    const { connections, total } = await this.connections.read(query);
    return new Paged(connections, { page: query.page, limit: query.limit, total });
  }
}
