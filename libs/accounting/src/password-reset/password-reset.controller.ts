import { type Actor, CompanyPublicRoute, CurrentActor, Refusals } from '@finvera/common';
import { CurrentSubdomain } from '@finvera/tenancy';
import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { ForgotPassword } from './forgot-password.js';
import { ForgotPasswordDto, ResetPasswordDto } from './password-reset.dto.js';
import { ResetPassword } from './reset-password.js';

const COMMON = {
  400: 'validation_failed, tenant_required',
  403: 'tenant_suspended, tenant_mismatch',
  404: 'tenant_not_found',
};
const EMPTY = { success: true, data: {} };

@ApiTags('Company: sign-in')
@Controller('api/auth')
export class PasswordResetController {
  constructor(
    private readonly forgot: ForgotPassword,
    private readonly resetting: ResetPassword,
  ) {}

  @Post('forgot-password')
  @HttpCode(202)
  @CompanyPublicRoute()
  @ApiOperation({
    summary: 'Have a link mailed that sets a new password',
    description:
      'Answers the same whether there is such a user. The link is good once, for `PASSWORD_RESET_VALID_MINUTES`.',
  })
  @ApiResponse({
    status: 202,
    description: 'if there is such a user, a mail is on its way',
    schema: { example: EMPTY },
  })
  @Refusals({ ...COMMON, 429: 'too_many_reset_requests', 503: 'mail_not_configured, tenant_not_provisioned' })
  async ask(@Body() { email }: ForgotPasswordDto, @CurrentActor() actor: Actor, @CurrentSubdomain() subdomain: string) {
    await this.forgot.ask(email, { actor, subdomain });
    return {};
  }

  @Post('reset-password')
  @HttpCode(200)
  @CompanyPublicRoute()
  @ApiOperation({
    summary: 'Set a new password by the mailed link',
    description: 'Ends all sessions of the user, who signs in with it then.',
  })
  @ApiResponse({ status: 200, description: 'set', schema: { example: EMPTY } })
  @Refusals({ ...COMMON, 401: 'reset_token_invalid', 429: 'too_many_failed_sign_ins', 503: 'tenant_not_provisioned' })
  async reset(@Body() body: ResetPasswordDto, @CurrentActor() actor: Actor) {
    await this.resetting.reset(body, actor);
    return {};
  }
}
