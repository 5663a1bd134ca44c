import { type Actor, Answer, CurrentActor, PlatformRoute, Refusals } from '@finvera/common';
import { Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { OperationDto, toOperationDto } from '../operations/operation.dto.js';
import { ArchiveTenant } from './archive-tenant.js';

const SIGNED_OUT = { 401: 'unauthenticated, token_invalid, token_expired', 403: 'forbidden' };

@ApiTags('Platform: companies')
@Controller('api/admin/tenants/:id')
export class ArchiveController {
  constructor(private readonly archiveTenant: ArchiveTenant) {}

  @Post('archive')
  @HttpCode(202)
  @PlatformRoute()
  @ApiOperation({
    summary: 'Archive a company',
    description:
      'Its users are answered 403 `tenant_archived`. Its database is written into a sealed file, restored on trial and compared; only then it goes. Whatever fails before that is undone, and the company is as it was.',
  })
  @Answer({ status: 202, description: 'started', data: { operation: OperationDto } })
  @Refusals({
    ...SIGNED_OUT,
    404: 'tenant_not_found',
    409: 'operation_running, tenant_archived, tenant_deleted, tenant_status',
  })
  async archive(@Param('id') id: string, @CurrentActor() actor: Actor) {
    return { operation: toOperationDto(await this.archiveTenant.archive(id, actor)) };
  }

  @Post('unarchive')
  @HttpCode(202)
  @PlatformRoute()
  @ApiOperation({
    summary: 'Bring an archived company back',
    description: 'Into a new database, compared with what was archived and brought up to date; then it is open again.',
  })
  @Answer({ status: 202, description: 'started', data: { operation: OperationDto } })
  @Refusals({
    ...SIGNED_OUT,
    404: 'tenant_not_found',
    409: 'operation_running, tenant_not_archived, tenant_deleted, archive_missing',
  })
  async unarchive(@Param('id') id: string, @CurrentActor() actor: Actor) {
    return { operation: toOperationDto(await this.archiveTenant.unarchive(id, actor)) };
  }
}
