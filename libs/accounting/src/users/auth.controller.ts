import {
  type Actor,
  CompanyPublicRoute,
  type CompanyPrincipal,
  CompanyRoute,
  CurrentActor,
  CurrentUser,
  type IssuedToken,
  Refusals,
  SELF_PERMISSION,
  unauthenticated,
} from '@finvera/common';
import { InjectTenantDataSource, TenantDataSource } from '@finvera/tenancy';
import { Body, Controller, Get, HttpCode, Post } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { CompanyUsers } from './company-users.js';
import { SignIn } from './sign-in.js';
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
    },
  },
};

@ApiTags('Company: sign-in')
@Controller('api/auth')
export class AuthController {
  constructor(
    private readonly signIn: SignIn,
    private readonly companyUsers: CompanyUsers,
    @InjectTenantDataSource() private readonly dataSource: TenantDataSource,
  ) {}

  @Post('login')
  @HttpCode(200)
  @CompanyPublicRoute()
  @ApiOperation({
    summary: 'Sign in to a company',
    description: 'On the company’s host (`acme.localhost:3000`), or with `subdomain` in the body on the bare host.',
  })
  @ApiResponse({ status: 200, description: 'signed in', schema: { example: SESSION_EXAMPLE } })
  @Refusals({
    400: 'validation_failed, tenant_required',
    401: 'invalid_credentials',
    403: 'tenant_suspended, tenant_mismatch',
    404: 'tenant_not_found',
    429: 'too_many_failed_sign_ins',
    503: 'tenant_not_provisioned, tenant_database_unavailable',
  })
  async login(@Body() body: LoginDto, @CurrentActor() actor: Actor) {
    const { token, userId } = await this.signIn.signIn(body.email, body.password, actor);
    this.companyUsers.forget(userId);
    return this.session(token, userId, body.email);
  }

  @Post('change-password')
  @HttpCode(200)
  @CompanyRoute(SELF_PERMISSION)
  @ApiOperation({ summary: 'Change one’s own password', description: 'Ends all former tokens and answers a new one.' })
  @ApiResponse({ status: 200, description: 'changed', schema: { example: SESSION_EXAMPLE } })
  @Refusals({ 400: 'validation_failed', 401: 'invalid_credentials, unauthenticated', 429: 'too_many_failed_sign_ins' })
  async changePassword(
    @Body() body: ChangePasswordDto,
    @CurrentUser() user: CompanyPrincipal,
    @CurrentActor() actor: Actor,
  ) {
    const token = await this.signIn.changePassword(user.userId, body.current_password, body.new_password, actor);
    return this.session(token, user.userId, user.email);
  }

  @Post('sign-out')
  @HttpCode(200)
  @CompanyRoute(SELF_PERMISSION)
  @ApiOperation({ summary: 'Sign out everywhere', description: 'Ends all tokens of this user.' })
  @ApiResponse({ status: 200, description: 'signed out', schema: { example: { success: true, data: {} } } })
  @Refusals({ 401: 'unauthenticated' })
  async signOut(@CurrentUser() user: CompanyPrincipal) {
    await this.signIn.signOut(user.userId);
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
  async me(@CurrentUser() user: CompanyPrincipal) {
    return { user: sessionUser(user, await this.companyUsers.nameOf(user.userId)) };
  }

  private async session({ token, expires_in }: IssuedToken, userId: string, email: string) {
    const [row] = await this.dataSource.query('SELECT token_version FROM users WHERE id = ?', [userId]);
    const user = await this.companyUsers.authenticate({
      sub: userId,
      email,
      tenant_id: this.dataSource.tenantId,
      token_version: Number(row?.token_version),
    });
    if (!user) throw unauthenticated('The account was changed in the meantime; sign in again.');
    return { token, expires_in, user: sessionUser(user, await this.companyUsers.nameOf(userId)) };
  }
}

const sessionUser = (user: CompanyPrincipal, name: string): SessionUserDto => ({
  id: user.userId,
  email: user.email,
  name,
  role: user.role,
  permissions: [...user.permissions],
  password_change_required: user.passwordChangeRequired,
});
