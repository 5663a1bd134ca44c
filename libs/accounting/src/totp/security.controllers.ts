import {
  type Actor,
  Answer,
  type CompanyPrincipal,
  CompanyRoute,
  CurrentActor,
  CurrentUser,
  etagOf,
  IfMatch,
  IfMatchHeader,
  Refusals,
} from '@finvera/common';
import { Body, Controller, Delete, Get, HttpCode, Param, Put, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ResetTotp } from './reset-totp.js';
import { SecuritySettings } from './security-settings.js';
import { SecuritySettingsDto, UpdateSecurityDto } from './totp.dto.js';

const COMMON = { 401: 'unauthenticated', 403: 'forbidden' };

@ApiTags('Company: users')
@Controller('api/users/:id/totp')
export class UserTotpController {
  constructor(private readonly resetting: ResetTotp) {}

  @Delete()
  @HttpCode(200)
  @CompanyRoute('users:write')
  @ApiOperation({
    summary: 'Reset a user’s second factor',
    description: 'For somebody who lost the device and the recovery codes.',
  })
  @Answer({ description: 'reset', data: {} })
  @Refusals({ ...COMMON, 404: 'user_not_found', 409: 'totp_not_enabled' })
  async reset(@Param('id') id: string, @CurrentUser() giver: CompanyPrincipal, @CurrentActor() actor: Actor) {
    await this.resetting.reset(id, { giver, actor });
    return {};
  }
}

@ApiTags('Company: settings')
@Controller('api/settings/security')
export class SecuritySettingsController {
  constructor(private readonly settings: SecuritySettings) {}

  @Get()
  @CompanyRoute('settings:read')
  @ApiOperation({ summary: 'Read the security settings' })
  @Answer({ description: 'the settings', data: { security: SecuritySettingsDto } })
  @Refusals(COMMON)
  async get(@Res({ passthrough: true }) reply: FastifyReply) {
    return answer(await this.settings.get(), reply);
  }

  @Put()
  @CompanyRoute('settings:write')
  @IfMatchHeader()
  @ApiOperation({
    summary: 'Ask everybody for a second factor, or no longer',
    description:
      'Who has none can only make one (POST /api/auth/totp/enrol) and sign out. On every process within five seconds.',
  })
  @Answer({ description: 'as they are now', data: { security: SecuritySettingsDto } })
  @Refusals({ ...COMMON, 400: 'validation_failed', 412: 'stale' })
  async update(
    @Body() body: UpdateSecurityDto,
    @IfMatch() ifMatch: string | undefined,
    @CurrentActor() actor: Actor,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return answer(await this.settings.update(body, ifMatch, actor), reply);
  }
}

function answer(security: SecuritySettingsDto, reply: FastifyReply) {
  reply.header('ETag', etagOf(security.version));
  return { security };
}
