import {
  type Actor,
  Answer,
  type CompanyPrincipal,
  CompanyRoute,
  CurrentActor,
  CurrentUser,
  Idempotency,
  IdempotencyKeyHeader,
  type IdempotencyRequest,
  Paged,
  Refusals,
} from '@finvera/common';
import { CurrentSubdomain } from '@finvera/tenancy';
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { InvitationDto, InviteDto, ListInvitationsQuery, MailOutcomeDto } from './invitation.dto.js';
import { ManageInvitations } from './manage-invitations.js';

const COMMON = { 400: 'validation_failed', 401: 'unauthenticated', 403: 'forbidden' };

@ApiTags('Company: users')
@Controller('api/invitations')
export class InvitationsController {
  constructor(private readonly invitations: ManageInvitations) {}

  @Get()
  @CompanyRoute('users:read')
  @ApiOperation({ summary: 'List invitations', description: 'The latest first; closed ones stay in the list.' })
  @Answer({ description: 'a page', data: { invitations: [InvitationDto] }, meta: 'page' })
  @Refusals(COMMON)
  async list(@Query() query: ListInvitationsQuery) {
    const { invitations, total } = await this.invitations.list(query);
    return new Paged({ invitations }, { page: query.page, limit: query.limit, total });
  }

  @Post()
  @CompanyRoute('users:write')
  @IdempotencyKeyHeader()
  @ApiOperation({
    summary: 'Invite somebody by mail',
    description:
      'The mail has a link that is good once, for `INVITATION_VALID_HOURS`; POST /api/auth/accept-invitation takes its token. `mail` says whether the mail left.',
  })
  @Answer({ status: 201, description: 'invited', data: { invitation: InvitationDto, mail: MailOutcomeDto } })
  @Refusals({
    ...COMMON,
    409: 'email_taken, already_invited, idempotency_key_reused',
    422: 'too_many_invitations',
    503: 'mail_not_configured',
  })
  async invite(
    @Body() body: InviteDto,
    @CurrentUser() giver: CompanyPrincipal,
    @CurrentActor() actor: Actor,
    @CurrentSubdomain() subdomain: string,
    @Idempotency() idempotency: IdempotencyRequest | undefined,
  ) {
    return { ...(await this.invitations.invite(body, { giver, actor, subdomain }, idempotency)) };
  }

  @Post(':id/resend')
  @HttpCode(200)
  @CompanyRoute('users:write')
  @ApiOperation({
    summary: 'Send an invitation again',
    description: 'With a new link; the former one is not good any more. Also one that has expired.',
  })
  @Answer({ description: 'sent', data: { invitation: InvitationDto, mail: MailOutcomeDto } })
  @Refusals({
    ...COMMON,
    404: 'invitation_not_found',
    409: 'invitation_closed, already_invited',
    422: 'role_not_found',
    429: 'mailed_a_moment_ago',
    503: 'mail_not_configured',
  })
  async resend(
    @Param('id') id: string,
    @CurrentUser() giver: CompanyPrincipal,
    @CurrentActor() actor: Actor,
    @CurrentSubdomain() subdomain: string,
  ) {
    return { ...(await this.invitations.resend(id, { giver, actor, subdomain })) };
  }

  @Delete(':id')
  @HttpCode(200)
  @CompanyRoute('users:write')
  @ApiOperation({ summary: 'Revoke an invitation', description: 'Its link is not good any more.' })
  @Answer({ description: 'revoked', data: { invitation: InvitationDto } })
  @Refusals({ ...COMMON, 404: 'invitation_not_found', 409: 'invitation_closed' })
  async revoke(@Param('id') id: string, @CurrentActor() actor: Actor) {
    return { invitation: await this.invitations.revoke(id, actor) };
  }
}
