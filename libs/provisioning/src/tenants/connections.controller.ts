import { PlatformRoute, Refusals } from '@finvera/common';
import { TenantPoolManager } from '@finvera/tenancy';
import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';

@ApiTags('Platform: connections')
@Controller('api/admin/connections')
export class ConnectionsController {
  constructor(private readonly pools: TenantPoolManager) {}

  @Get()
  @PlatformRoute()
  @ApiOperation({
    summary: 'The cache of tenant connections of this process',
    description:
      '`activeConnections`, `maxCachedConnections`, `cachedTenants`, then figures per server and per tenant.',
  })
  @ApiOkResponse({
    schema: {
      example: {
        success: true,
        data: {
          activeConnections: 1,
          maxCachedConnections: 50,
          cachedTenants: ['019a5b0e-7b1c-7c3e-9d2f-1a2b3c4d5e6f'],
        },
      },
    },
  })
  @Refusals({ 401: 'unauthenticated', 403: 'forbidden' })
  stats() {
    return this.pools.getStats();
  }
}
