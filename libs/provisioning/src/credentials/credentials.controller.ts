import { type Actor, Answer, CurrentActor, PlatformRoute, Refusals } from '@finvera/common';
import { Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { OperationDto, toOperationDto } from '../operations/operation.dto.js';
import { ChangeCredentials } from './change-credentials.js';

const REFUSALS = {
  401: 'unauthenticated, token_invalid, token_expired',
  403: 'forbidden',
  404: 'tenant_not_found',
};

@ApiTags('Platform: companies')
@Controller('api/admin/tenants/:id')
export class CredentialsController {
  constructor(private readonly credentials: ChangeCredentials) {}

  @Post('rotate-password')
  @HttpCode(202)
  @PlatformRoute()
  @ApiOperation({
    summary: 'Change the password of a company’s database user',
    description:
      'While requests run: a second user takes the first one’s place, which goes when nobody is signed in with it any more.',
  })
  @Answer({ status: 202, description: 'started', data: { operation: OperationDto } })
  @Refusals({ ...REFUSALS, 409: 'shares_database_user, operation_running, tenant_status' })
  async rotatePassword(@Param('id') id: string, @CurrentActor() actor: Actor) {
    return { operation: toOperationDto(await this.credentials.rotatePassword(id, actor)) };
  }

  @Post('harden')
  @HttpCode(202)
  @PlatformRoute()
  @ApiOperation({
    summary: 'Give a company a database user of its own',
    description: 'For companies made while `USE_SEPARATE_DB_USERS` was false, which share the server’s user.',
  })
  @Answer({ status: 202, description: 'started', data: { operation: OperationDto } })
  @Refusals({ ...REFUSALS, 409: 'already_hardened, operation_running, tenant_status' })
  async harden(@Param('id') id: string, @CurrentActor() actor: Actor) {
    return { operation: toOperationDto(await this.credentials.harden(id, actor)) };
  }
}
