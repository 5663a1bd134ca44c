import { type Actor, Answer, CurrentActor, Paged, PageQuery, PlatformRoute, Refusals } from '@finvera/common';
import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { FindTenants } from '../tenants/find-tenants.js';
import { BackupDto, toBackupDto } from './backup.dto.js';
import { OperationDto, toOperationDto } from '../operations/operation.dto.js';
import { FindBackups } from './find-backups.js';
import { StartVerification } from './start-verification.js';
import { StartBackup } from './start-backup.js';

const SIGNED_OUT = { 401: 'unauthenticated, token_invalid, token_expired', 403: 'forbidden' };

@ApiTags('Platform: backups')
@Controller('api/admin')
export class BackupsController {
  constructor(
    private readonly findBackups: FindBackups,
    private readonly findTenants: FindTenants,
    private readonly startBackup: StartBackup,
    private readonly startVerification: StartVerification,
  ) {}

  @Get('tenants/:id/backups')
  @PlatformRoute()
  @ApiOperation({
    summary: 'What is kept of a company',
    description: 'Archives, last backups and copies, newest first, with until when each is kept; removed ones as well.',
  })
  @Answer({ description: 'a page', data: { backups: [BackupDto] }, meta: 'page' })
  @Refusals({ 400: 'validation_failed', ...SIGNED_OUT, 404: 'tenant_not_found' })
  async list(@Param('id') id: string, @Query() query: PageQuery) {
    const tenant = await this.findTenants.one(id);
    const { backups, total } = await this.findBackups.ofTenant(tenant.id, query);
    return new Paged({ backups: backups.map(toBackupDto) }, { page: query.page, limit: query.limit, total });
  }

  @Post('tenants/:id/backups')
  @HttpCode(202)
  @PlatformRoute()
  @ApiOperation({
    summary: 'Back up a company',
    description:
      'While it goes on working: one snapshot, sealed, and proved by a trial restore. One that cannot be proved leaves nothing. Kept for `BACKUP_COPIES_KEEP_DAYS`.',
  })
  @Answer({ status: 202, description: 'started', data: { operation: OperationDto } })
  @Refusals({ ...SIGNED_OUT, 404: 'tenant_not_found', 409: 'operation_running, tenant_status' })
  async start(@Param('id') id: string, @CurrentActor() actor: Actor) {
    return { operation: toOperationDto(await this.startBackup.start(id, actor)) };
  }

  @Get('backups/:id')
  @PlatformRoute()
  @ApiOperation({ summary: 'Read a backup' })
  @Answer({ description: 'the backup', data: { backup: BackupDto } })
  @Refusals({ ...SIGNED_OUT, 404: 'backup_not_found' })
  async get(@Param('id') id: string) {
    return { backup: toBackupDto(await this.findBackups.one(id)) };
  }

  @Post('backups/:id/verify')
  @HttpCode(202)
  @PlatformRoute()
  @ApiOperation({
    summary: 'Restore a backup on trial',
    description:
      'Into a database of its own, which is dropped again: rows, checksums and definitions are compared, its books added up. `operation.result.verified` says whether it can be restored, `error` why not; the backup is `damaged` then, and `backup.unverifiable` goes to the audit log and to webhooks. The clock does it every `BACKUP_VERIFY_EVERY_DAYS`.',
  })
  @Answer({ status: 202, description: 'started', data: { operation: OperationDto } })
  @Refusals({ ...SIGNED_OUT, 404: 'backup_not_found', 409: 'backup_not_usable, operation_running' })
  async verify(@Param('id') id: string, @CurrentActor() actor: Actor) {
    return { operation: toOperationDto(await this.startVerification.start(id, actor)) };
  }
}
