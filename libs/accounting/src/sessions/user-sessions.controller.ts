import {
  type Actor,
  Answer,
  type CompanyPrincipal,
  CompanyRoute,
  CurrentActor,
  CurrentUser,
  Paged,
  Refusals,
} from '@finvera/common';
import { Controller, Delete, Get, HttpCode, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { ManageSessions } from './manage-sessions.js';
import { EndedSessionsDto, ListSessionsQuery, SessionDto } from './session.dto.js';
import { ENDED } from './sessions.controller.js';

const COMMON = { 401: 'unauthenticated', 403: 'forbidden' };

@ApiTags('Company: users')
@Controller('api/users/:id/sessions')
export class UserSessionsController {
  constructor(private readonly sessions: ManageSessions) {}

  @Get()
  @CompanyRoute('users:read')
  @ApiOperation({ summary: 'List the sessions of a user' })
  @Answer({ description: 'a page', data: { sessions: [SessionDto] }, meta: 'page' })
  @Refusals({ ...COMMON, 400: 'validation_failed', 404: 'user_not_found' })
  async list(@Param('id') id: string, @Query() query: ListSessionsQuery, @CurrentUser() asking: CompanyPrincipal) {
    const { sessions, total } = await this.sessions.listOf(id, query, asking.sessionId);
    return new Paged({ sessions }, { page: query.page, limit: query.limit, total });
  }

  @Delete()
  @HttpCode(200)
  @CompanyRoute('users:write')
  @ApiOperation({ summary: 'End all sessions of a user', description: 'On every process within five seconds.' })
  @ApiResponse(ENDED(3))
  @Refusals({ ...COMMON, 404: 'user_not_found' })
  async endAll(@Param('id') id: string, @CurrentActor() actor: Actor): Promise<EndedSessionsDto> {
    return { ended: await this.sessions.endAll(id, actor) };
  }

  @Delete(':session_id')
  @HttpCode(200)
  @CompanyRoute('users:write')
  @ApiOperation({ summary: 'End a session of a user', description: 'On every process within five seconds.' })
  @ApiResponse(ENDED(1))
  @Refusals({ ...COMMON, 404: 'user_not_found, session_not_found' })
  async end(
    @Param('id') id: string,
    @Param('session_id') sessionId: string,
    @CurrentActor() actor: Actor,
  ): Promise<EndedSessionsDto> {
    await this.sessions.end(id, sessionId, actor);
    return { ended: 1 };
  }
}
