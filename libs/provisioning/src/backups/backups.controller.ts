import { Answer, Paged, PageQuery, PlatformRoute, Refusals } from '@finvera/common';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { FindTenants } from '../tenants/find-tenants.js';
import { BackupDto, toBackupDto } from './backup.dto.js';
import { FindBackups } from './find-backups.js';

const SIGNED_OUT = { 401: 'unauthenticated, token_invalid, token_expired', 403: 'forbidden' };

@ApiTags('Platform: backups')
@Controller('api/admin')
export class BackupsController {
  constructor(
    private readonly findBackups: FindBackups,
    private readonly findTenants: FindTenants,
  ) {}

  @Get('tenants/:id/backups')
  @PlatformRoute()
  @ApiOperation({
    summary: 'What is kept of a company',
    description: 'Archives and last backups, newest first, with until when each is kept; removed ones as well.',
  })
  @Answer({ description: 'a page', data: { backups: [BackupDto] }, meta: 'page' })
  @Refusals({ 400: 'validation_failed', ...SIGNED_OUT, 404: 'tenant_not_found' })
  async list(@Param('id') id: string, @Query() query: PageQuery) {
    const tenant = await this.findTenants.one(id);
    const { backups, total } = await this.findBackups.ofTenant(tenant.id, query);
    return new Paged({ backups: backups.map(toBackupDto) }, { page: query.page, limit: query.limit, total });
  }

  @Get('backups/:id')
  @PlatformRoute()
  @ApiOperation({ summary: 'Read a backup' })
  @Answer({ description: 'the backup', data: { backup: BackupDto } })
  @Refusals({ ...SIGNED_OUT, 404: 'backup_not_found' })
  async get(@Param('id') id: string) {
    return { backup: toBackupDto(await this.findBackups.one(id)) };
  }
}
