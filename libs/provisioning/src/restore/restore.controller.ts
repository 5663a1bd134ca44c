import { type Actor, Answer, CurrentActor, Paged, PageQuery, PlatformRoute, Refusals } from '@finvera/common';
import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { OperationDto, toOperationDto } from '../operations/operation.dto.js';
import { FindTenants } from '../tenants/find-tenants.js';
import { PreviousDatabases } from './previous-databases.js';
import { PreviousDatabaseDto, RestoreBackupDto, toPreviousDatabaseDto } from './restore.dto.js';
import { StartRestore } from './start-restore.js';

const SIGNED_OUT = { 401: 'unauthenticated, token_invalid, token_expired', 403: 'forbidden' };

@ApiTags('Platform: backups')
@Controller('api/admin')
export class RestoreController {
  constructor(
    private readonly startRestore: StartRestore,
    private readonly findTenants: FindTenants,
    private readonly previous: PreviousDatabases,
  ) {}

  @Post('backups/:id/restore')
  @HttpCode(202)
  @PlatformRoute()
  @ApiOperation({
    summary: 'Restore a backup',
    description:
      'Into a new database, compared with what was written, brought up to date, its books checked. `replace`: the company is answered 503 `tenant_restoring` meanwhile and then works with it; the database that it had is kept for `PREVIOUS_DATABASE_KEEP_HOURS`. `copy`: a new company; `operation.tenant_id` is its id. Whatever fails is undone.',
  })
  @Answer({ status: 202, description: 'started', data: { operation: OperationDto } })
  @Refusals({
    400: 'validation_failed',
    ...SIGNED_OUT,
    404: 'backup_not_found',
    409: 'backup_not_usable, backup_newer, operation_running, tenant_status, subdomain_taken',
    503: 'no_server_available',
  })
  async restore(@Param('id') id: string, @Body() body: RestoreBackupDto, @CurrentActor() actor: Actor) {
    return { operation: toOperationDto(await this.startRestore.start(id, body, actor)) };
  }

  @Get('tenants/:id/previous-databases')
  @PlatformRoute()
  @ApiOperation({
    summary: 'Databases that restores of a company have replaced',
    description: 'Newest first, each with until when it is kept.',
  })
  @Answer({ description: 'a page', data: { previous_databases: [PreviousDatabaseDto] }, meta: 'page' })
  @Refusals({ 400: 'validation_failed', ...SIGNED_OUT, 404: 'tenant_not_found' })
  async list(@Param('id') id: string, @Query() query: PageQuery) {
    const tenant = await this.findTenants.one(id);
    const { previous, total } = await this.previous.ofTenant(tenant.id, query);
    return new Paged(
      { previous_databases: previous.map(toPreviousDatabaseDto) },
      { page: query.page, limit: query.limit, total },
    );
  }

  @Post('tenants/:id/restore-previous')
  @HttpCode(202)
  @PlatformRoute()
  @ApiOperation({
    summary: 'Take a restore back',
    description:
      'The company works again with the database that its last restore has replaced; the one that it has now is kept in its place. What was written since that restore is not in it.',
  })
  @Answer({ status: 202, description: 'started', data: { operation: OperationDto } })
  @Refusals({ ...SIGNED_OUT, 404: 'tenant_not_found', 409: 'operation_running, previous_missing, tenant_status' })
  async restorePrevious(@Param('id') id: string, @CurrentActor() actor: Actor) {
    return { operation: toOperationDto(await this.startRestore.startPrevious(id, actor)) };
  }
}
