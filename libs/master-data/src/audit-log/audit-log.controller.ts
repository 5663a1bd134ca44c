import { Answer, Paged, PlatformRoute, Refusals } from '@finvera/common';
import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { AuditEntryDto, AuditLogQuery } from './audit-log.dto.js';
import { ListAuditLog } from './list-audit-log.js';

@ApiTags('Platform: audit log')
@Controller('api/admin/audit-log')
export class AuditLogController {
  constructor(private readonly listAuditLog: ListAuditLog) {}

  @Get()
  @PlatformRoute()
  @ApiOperation({ summary: 'List the audit log', description: 'Newest first. Append-only and hash-chained.' })
  @Answer({ description: 'a page of entries', data: { entries: [AuditEntryDto] }, meta: 'cursor' })
  @Refusals({ 400: 'validation_failed', 401: 'unauthenticated', 403: 'forbidden' })
  async list(@Query() query: AuditLogQuery) {
    const { entries, nextCursor } = await this.listAuditLog.list(query);
    return new Paged({ entries }, { next_cursor: nextCursor, limit: query.limit });
  }
}
