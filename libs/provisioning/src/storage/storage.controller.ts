import { Answer, Paged, PlatformRoute, Refusals } from '@finvera/common';
import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { MeasureTenant } from './measure-tenant.js';
import { ReadStorage } from './read-storage.js';
import { StorageDayDto, StorageDto, StorageHistoryQuery } from './storage.dto.js';

const SIGNED_OUT = { 401: 'unauthenticated, token_invalid, token_expired', 403: 'forbidden' };

@ApiTags('Platform: storage')
@Controller('api/admin/tenants/:id/storage')
export class StorageController {
  constructor(
    private readonly measureTenant: MeasureTenant,
    private readonly storage: ReadStorage,
  ) {}

  @Get()
  @PlatformRoute()
  @ApiOperation({
    summary: 'Storage of a company',
    description: 'As it was last measured: hourly, and after much was written.',
  })
  @Answer({ description: 'size, limit and what followed', data: { storage: StorageDto } })
  @Refusals({ ...SIGNED_OUT, 404: 'tenant_not_found' })
  async get(@Param('id') id: string) {
    return { storage: await this.storage.current(id) };
  }

  @Post('measure')
  @HttpCode(200)
  @PlatformRoute()
  @ApiOperation({
    summary: 'Measure a company’s storage now',
    description:
      'What follows is drawn at once: alert at 80 %, suspension (or read-only) at 100 %, and the end of it below.',
  })
  @Answer({ description: 'as it is now', data: { storage: StorageDto } })
  @Refusals({ ...SIGNED_OUT, 404: 'tenant_not_found', 409: 'tenant_status', 503: 'database_unavailable' })
  async measure(@Param('id') id: string) {
    return { storage: await this.measureTenant.run(id) };
  }

  @Get('history')
  @PlatformRoute()
  @ApiOperation({
    summary: 'Storage of a company, day by day',
    description: 'Newest first, for `STORAGE_HISTORY_KEEP_DAYS`.',
  })
  @Answer({ description: 'a page', data: { storage_history: [StorageDayDto] }, meta: 'page' })
  @Refusals({ 400: 'validation_failed', ...SIGNED_OUT, 404: 'tenant_not_found' })
  async days(@Param('id') id: string, @Query() query: StorageHistoryQuery) {
    const { days, total } = await this.storage.history(id, query);
    return new Paged({ storage_history: days }, { page: query.page, limit: query.limit, total });
  }
}
