import {
  type Actor,
  CompanyPublicRoute,
  type CompanyPrincipal,
  CompanyRoute,
  CurrentActor,
  CurrentUser,
  Refusals,
  SELF_PERMISSION,
  unauthenticated,
} from '@finvera/common';
import { Body, Controller, Get, Headers, HttpCode, Post } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { CompanyUsers } from './company-users.js';
import { ManageSessions } from '../sessions/manage-sessions.js';
import { type SignedIn, SignIn } from './sign-in.js';
import { ChangePasswordDto, LoginDto, type SessionUserDto } from './user.dto.js';

const SESSION_EXAMPLE = {
  success: true,
  data: {
    token: 'eyJ…',
    expires_in: 43200,
    user: {
      id: '383483921874944',
      email: 'admin@acme.com',
      name: 'Acme Corp',
      role: 'administrator',
      permissions: ['ledgers:read'],
      password_change_required: false,
      totp_enrolment_required: false,
    },
  },
};

@ApiTags('Company: sign-in')
@Controller('api/auth')
export class AuthController {
  constructor(
    private readonly signIn: SignIn,
    private readonly companyUsers: CompanyUsers,
    private readonly sessions: ManageSessions,
  ) {}

  @Post('login')
  @HttpCode(200)
  @CompanyPublicRoute()
  @ApiOperation({
    summary: 'Sign in to a company',
    description:
      'On the company’s host (`acme.localhost:3000`), or with `subdomain` in the body on the bare host. Who has a second factor sends `totp` (or a `recovery_code`) as well; without it the right password is answered 401 `totp_required`.',
  })
  @ApiResponse({ status: 200, description: 'signed in', schema: { example: SESSION_EXAMPLE } })
  @Refusals({
    400: 'validation_failed, tenant_required',
    401: 'invalid_credentials, totp_required, totp_invalid',
    403: 'tenant_suspended, tenant_mismatch',
    404: 'tenant_not_found',
    409: 'totp_secret_missing',
    429: 'too_many_failed_sign_ins',
    503: 'tenant_not_provisioned, tenant_database_unavailable',
  })
  async login(
    @Body() body: LoginDto,
    @CurrentActor() actor: Actor,
    @Headers('user-agent') userAgent: string | undefined,
  ) {
    const { email, password, totp, recovery_code } = body;
    return this.session(await this.signIn.signIn(email, password, { actor, userAgent, totp, recovery_code }));
  }

  @Post('change-password')
  @HttpCode(200)
  @CompanyRoute(SELF_PERMISSION)
  @ApiOperation({ summary: 'Change one’s own password', description: 'Ends all sessions and begins a new one.' })
  @ApiResponse({ status: 200, description: 'changed', schema: { example: SESSION_EXAMPLE } })
  @Refusals({ 400: 'validation_failed', 401: 'invalid_credentials, unauthenticated', 429: 'too_many_failed_sign_ins' })
  async changePassword(
    @Body() body: ChangePasswordDto,
    @CurrentUser() user: CompanyPrincipal,
    @CurrentActor() actor: Actor,
    @Headers('user-agent') userAgent: string | undefined,
  ) {
    const passwords = { current: body.current_password, next: body.new_password };
    return this.session(await this.signIn.changePassword(user.userId, passwords, { actor, userAgent }));
  }

  @Post('logout')
  @HttpCode(200)
  @CompanyRoute(SELF_PERMISSION)
  @ApiOperation({ summary: 'Sign out', description: 'Ends this session, on every process within five seconds.' })
  @ApiResponse({ status: 200, description: 'signed out', schema: { example: { success: true, data: {} } } })
  @Refusals({ 401: 'unauthenticated' })
  async logout(@CurrentUser() user: CompanyPrincipal) {
    await this.sessions.signOut(user.userId, user.sessionId);
    return {};
  }

  @Post('sign-out')
  @HttpCode(200)
  @CompanyRoute(SELF_PERMISSION)
  @ApiOperation({ summary: 'Sign out everywhere', description: 'Ends all sessions of this user.' })
  @ApiResponse({ status: 200, description: 'signed out', schema: { example: { success: true, data: {} } } })
  @Refusals({ 401: 'unauthenticated', 404: 'user_not_found' })
  async signOut(@CurrentUser() user: CompanyPrincipal, @CurrentActor() actor: Actor) {
    await this.sessions.endAll(user.userId, actor);
    return {};
  }

  @Get('me')
  @CompanyRoute(SELF_PERMISSION)
  @ApiOperation({ summary: 'Who am I' })
  @ApiResponse({
    status: 200,
    description: 'the signed-in user',
    schema: { example: { success: true, data: { user: SESSION_EXAMPLE.data.user } } },
  })
  @Refusals({ 401: 'unauthenticated' })
  me(@CurrentUser() user: CompanyPrincipal) {
    return { user: sessionUser(user) };
  }

  private async session({ token, expires_in, claims }: SignedIn) {
    const user = await this.companyUsers.authenticate(claims);
    if (!user) throw unauthenticated('The account was changed in the meantime; sign in again.');
    return { token, expires_in, user: sessionUser(user) };
  }
}

const sessionUser = (user: CompanyPrincipal): SessionUserDto => ({
  id: user.userId,
  email: user.email,
  name: user.name ?? '',
  role: user.role,
  permissions: [...user.permissions],
  password_change_required: user.passwordChangeRequired,
  totp_enrolment_required: user.totpEnrolmentRequired ?? false,
});
