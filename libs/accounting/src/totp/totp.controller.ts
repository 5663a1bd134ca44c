import {
  type Actor,
  Answer,
  type CompanyPrincipal,
  CompanyRoute,
  CurrentActor,
  CurrentUser,
  Refusals,
  SELF_PERMISSION,
} from '@finvera/common';
import { Body, Controller, Get, HttpCode, Post } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { EndTotp } from './end-totp.js';
import { EnrolTotp } from './enrol-totp.js';
import { ConfirmTotpDto, EnrolTotpDto, ProveTotpDto, TotpEnrolmentDto, TotpStatusDto } from './totp.dto.js';

const CODES = { success: true, data: { recovery_codes: ['ABCD-EFGH-IJKL-MNOP'] } };
const COMMON = { 400: 'validation_failed', 403: 'forbidden', 429: 'too_many_failed_sign_ins' };

@ApiTags('Company: sign-in')
@Controller('api/auth/totp')
export class TotpController {
  constructor(
    private readonly enrolling: EnrolTotp,
    private readonly ending: EndTotp,
  ) {}

  @Get()
  @CompanyRoute(SELF_PERMISSION)
  @ApiOperation({ summary: 'Read one’s own second factor' })
  @Answer({ description: 'its state', data: { totp: TotpStatusDto } })
  @Refusals({ 401: 'unauthenticated' })
  async status(@CurrentUser() user: CompanyPrincipal) {
    return { totp: await this.ending.status(user.userId) };
  }

  @Post('enrol')
  @HttpCode(200)
  @CompanyRoute(SELF_PERMISSION)
  @ApiOperation({
    summary: 'Begin with a second factor (TOTP, RFC 6238)',
    description: 'A secret for an authenticator; nothing is asked for before it is confirmed.',
  })
  @Answer({ description: 'the secret, shown this once', data: { totp: TotpEnrolmentDto } })
  @Refusals({ ...COMMON, 401: 'unauthenticated, invalid_credentials', 409: 'totp_enabled' })
  async enrol(@Body() body: EnrolTotpDto, @CurrentUser() user: CompanyPrincipal, @CurrentActor() actor: Actor) {
    return { totp: await this.enrolling.begin(user.userId, body.current_password, actor) };
  }

  @Post('confirm')
  @HttpCode(200)
  @CompanyRoute(SELF_PERMISSION)
  @ApiOperation({
    summary: 'Confirm it with a first code',
    description: 'From now on POST /api/auth/login takes `totp` (or a `recovery_code`) beside the password.',
  })
  @ApiResponse({ status: 200, description: 'recovery codes, shown this once', schema: { example: CODES } })
  @Refusals({ ...COMMON, 401: 'unauthenticated, totp_invalid', 409: 'totp_enabled', 422: 'totp_not_begun' })
  async confirm(@Body() body: ConfirmTotpDto, @CurrentUser() user: CompanyPrincipal, @CurrentActor() actor: Actor) {
    return { recovery_codes: await this.enrolling.confirm({ id: user.userId, email: user.email }, body.totp, actor) };
  }

  @Post('recovery-codes')
  @HttpCode(200)
  @CompanyRoute(SELF_PERMISSION)
  @ApiOperation({ summary: 'Make new recovery codes', description: 'The former ones are not good any more.' })
  @ApiResponse({ status: 200, description: 'shown this once', schema: { example: CODES } })
  @Refusals({
    ...COMMON,
    401: 'unauthenticated, invalid_credentials, totp_required, totp_invalid',
    409: 'totp_not_enabled, totp_secret_missing',
  })
  async renew(@Body() body: ProveTotpDto, @CurrentUser() user: CompanyPrincipal, @CurrentActor() actor: Actor) {
    return { recovery_codes: await this.ending.renewRecoveryCodes(user.userId, body, actor) };
  }

  @Post('disable')
  @HttpCode(200)
  @CompanyRoute(SELF_PERMISSION)
  @ApiOperation({ summary: 'Disable the second factor', description: 'Takes the password and a code.' })
  @ApiResponse({ status: 200, description: 'disabled', schema: { example: { success: true, data: {} } } })
  @Refusals({
    ...COMMON,
    401: 'unauthenticated, invalid_credentials, totp_required, totp_invalid',
    409: 'totp_not_enabled, totp_secret_missing',
    422: 'totp_required_by_company',
  })
  async disable(@Body() body: ProveTotpDto, @CurrentUser() user: CompanyPrincipal, @CurrentActor() actor: Actor) {
    await this.ending.disable(user.userId, body, actor);
    return {};
  }
}
