import { Answer, CompanyRoute, Paged, Refusals } from '@finvera/common';
import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { EditLogEntryDto, EditLogQuery } from './edit-log.dto.js';
import { ReadEditLog } from './read-edit-log.js';

@ApiTags('Company: edit log')
@Controller('api/edit-log')
export class EditLogController {
  constructor(private readonly readEditLog: ReadEditLog) {}

  @Get()
  @CompanyRoute('edit_log:read')
  @ApiOperation({ summary: 'List the edit log', description: 'Newest first. It cannot be changed or switched off.' })
  @Answer({ description: 'a page', data: { entries: [EditLogEntryDto] }, meta: 'cursor' })
  @Refusals({ 400: 'validation_failed', 401: 'unauthenticated', 403: 'forbidden, tenant_suspended, tenant_mismatch' })
  async list(@Query() query: EditLogQuery) {
    const { entries, nextCursor } = await this.readEditLog.read(query);
    return new Paged({ entries }, { next_cursor: nextCursor, limit: query.limit });
  }
}
