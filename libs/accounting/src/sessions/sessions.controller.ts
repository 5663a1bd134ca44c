import {
  type Actor,
  Answer,
  type CompanyPrincipal,
  CompanyRoute,
  CurrentActor,
  CurrentUser,
  Paged,
  Refusals,
  SELF_PERMISSION,
} from '@finvera/common';
import { Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { ManageSessions } from './manage-sessions.js';
import { EndedSessionsDto, ListSessionsQuery, SessionDto } from './session.dto.js';

export const ENDED = (ended: number) => ({
  status: 200,
  description: 'ended',
  schema: { example: { success: true, data: { ended } } },
});

@ApiTags('Company: sign-in')
@Controller('api/auth/sessions')
export class SessionsController {
  constructor(private readonly sessions: ManageSessions) {}

  @Get()
  @CompanyRoute(SELF_PERMISSION)
  @ApiOperation({ summary: 'List one’s own sessions', description: 'The one used last comes first.' })
  @Answer({ description: 'a page', data: { sessions: [SessionDto] }, meta: 'page' })
  @Refusals({ 400: 'validation_failed', 401: 'unauthenticated' })
  async list(@Query() query: ListSessionsQuery, @CurrentUser() user: CompanyPrincipal) {
    const { sessions, total } = await this.sessions.list(user.userId, query, user.sessionId);
    return new Paged({ sessions }, { page: query.page, limit: query.limit, total });
  }

  @Post('end-others')
  @HttpCode(200)
  @CompanyRoute(SELF_PERMISSION)
  @ApiOperation({ summary: 'End all other sessions', description: 'On every process within five seconds.' })
  @ApiResponse(ENDED(2))
  @Refusals({ 401: 'unauthenticated', 404: 'user_not_found' })
  async endOthers(@CurrentUser() user: CompanyPrincipal, @CurrentActor() actor: Actor): Promise<EndedSessionsDto> {
    return { ended: await this.sessions.endAll(user.userId, actor, user.sessionId) };
  }

  @Delete(':id')
  @HttpCode(200)
  @CompanyRoute(SELF_PERMISSION)
  @ApiOperation({ summary: 'End a session of one’s own', description: 'On every process within five seconds.' })
  @ApiResponse(ENDED(1))
  @Refusals({ 401: 'unauthenticated', 404: 'session_not_found, user_not_found' })
  async end(
    @Param('id') id: string,
    @CurrentUser() user: CompanyPrincipal,
    @CurrentActor() actor: Actor,
  ): Promise<EndedSessionsDto> {
    await this.sessions.end(user.userId, id, actor);
    return { ended: 1 };
  }
}
