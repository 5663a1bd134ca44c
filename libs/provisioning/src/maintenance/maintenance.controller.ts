import { type Actor, Answer, CurrentActor, PlatformRoute, Refusals } from '@finvera/common';
import { Body, Controller, Delete, Param, Put } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { TenantDto, toTenantDto } from '../tenants/tenant.dto.js';
import { BeginMaintenanceDto } from './maintenance.dto.js';
import { SetMaintenance } from './set-maintenance.js';

const REFUSALS = {
  401: 'unauthenticated, token_invalid, token_expired',
  403: 'forbidden',
  404: 'tenant_not_found',
  409: 'tenant_deleted',
};

@ApiTags('Platform: companies')
@Controller('api/admin/tenants/:id/maintenance')
export class MaintenanceController {
  constructor(private readonly maintenance: SetMaintenance) {}

  @Put()
  @PlatformRoute()
  @ApiOperation({
    summary: 'Begin or change a company’s maintenance mode',
    description:
      'Its users are answered 503 `tenant_maintenance` with the message, on all processes; those on the list come in, and so do admins with `tenant_id`. Open requests finish.',
  })
  @Answer({ description: 'as it is now', data: { tenant: TenantDto } })
  @Refusals({ 400: 'validation_failed', ...REFUSALS })
  async begin(@Param('id') id: string, @Body() body: BeginMaintenanceDto, @CurrentActor() actor: Actor) {
    return { tenant: toTenantDto(await this.maintenance.set(id, body, actor)) };
  }

  @Delete()
  @PlatformRoute()
  @ApiOperation({ summary: 'End a company’s maintenance mode', description: 'Ending what has ended changes nothing.' })
  @Answer({ description: 'as it is now', data: { tenant: TenantDto } })
  @Refusals(REFUSALS)
  async end(@Param('id') id: string, @CurrentActor() actor: Actor) {
    return { tenant: toTenantDto(await this.maintenance.set(id, null, actor)) };
  }
}
