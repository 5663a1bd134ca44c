import { type Actor, Answer, CompanyPublicRoute, CurrentActor, Refusals } from '@finvera/common';
import { Body, Controller, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { UserDto } from '../users/user.dto.js';
import { AcceptInvitation } from './accept-invitation.js';
import { AcceptInvitationDto } from './invitation.dto.js';

@ApiTags('Company: sign-in')
@Controller('api/auth/accept-invitation')
export class AcceptInvitationController {
  constructor(private readonly accepting: AcceptInvitation) {}

  @Post()
  @CompanyPublicRoute()
  @ApiOperation({
    summary: 'Accept an invitation',
    description: 'With the token of the mail’s link. The user can sign in then (POST /api/auth/login).',
  })
  @Answer({ status: 201, description: 'the new user', data: { user: UserDto } })
  @Refusals({
    400: 'validation_failed, tenant_required',
    401: 'invitation_invalid, invitation_expired',
    403: 'tenant_suspended, tenant_mismatch',
    404: 'tenant_not_found',
    409: 'email_taken',
    422: 'role_not_found',
    429: 'too_many_failed_sign_ins',
    503: 'tenant_not_provisioned, tenant_database_unavailable',
  })
  async accept(@Body() body: AcceptInvitationDto, @CurrentActor() actor: Actor) {
    return { user: await this.accepting.accept(body, actor) };
  }
}
