import { type Actor, Answer, CurrentActor, Paged, PlatformRoute, Refusals } from '@finvera/common';
import { Controller, Get, Query, StreamableFile } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Readable } from 'node:stream';
import { AuditEntryDto, AuditExportQuery, AuditLogQuery } from './audit-log.dto.js';
import { ExportAuditLog } from './export-audit-log.js';
import { ListAuditLog } from './list-audit-log.js';

const TYPES = { ndjson: 'application/x-ndjson', csv: 'text/csv; charset=utf-8' } as const;

@ApiTags('Platform: audit log')
@Controller('api/admin/audit-log')
export class AuditLogController {
  constructor(
    private readonly listAuditLog: ListAuditLog,
    private readonly exportAuditLog: ExportAuditLog,
  ) {}

  @Get()
  @PlatformRoute()
  @ApiOperation({
    summary: 'List the audit log',
    description:
      'Newest first. Append-only and hash-chained; `finvera audit verify` finds any change. A page of a `search` looks through 50,000 entries and may have fewer than `limit`: go on while there is a `next_cursor`.',
  })
  @Answer({ description: 'a page of entries', data: { entries: [AuditEntryDto] }, meta: 'cursor' })
  @Refusals({ 400: 'validation_failed', 401: 'unauthenticated', 403: 'forbidden' })
  async list(@Query() query: AuditLogQuery) {
    const { entries, nextCursor } = await this.listAuditLog.list(query);
    return new Paged({ entries }, { next_cursor: nextCursor, limit: query.limit });
  }

  @Get('export')
  @PlatformRoute()
  @ApiOperation({
    summary: 'Export the audit log',
    description:
      'Oldest first, as a stream: a JSON object a line, or CSV. The same filters as the list. Audited itself.',
  })
  @ApiOkResponse({
    description: 'the entries',
    content: { 'application/x-ndjson': { schema: { type: 'string' } }, 'text/csv': { schema: { type: 'string' } } },
  })
  @Refusals({ 400: 'validation_failed', 401: 'unauthenticated', 403: 'forbidden' })
  async export(@Query() { format, ...filter }: AuditExportQuery, @CurrentActor() actor: Actor) {
    const pages = await this.exportAuditLog.begin({ format, filter }, actor);
    return new StreamableFile(Readable.from(pages), {
      type: TYPES[format],
      disposition: `attachment; filename="audit-log.${format}"`,
    });
  }
}
