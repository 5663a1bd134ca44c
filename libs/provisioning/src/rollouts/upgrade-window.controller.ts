import { type Actor, Answer, CurrentActor, PlatformRoute, Refusals } from '@finvera/common';
import { Body, Controller, Get, Param, Put } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { FindTenants } from '../tenants/find-tenants.js';
import { ChangeUpgradeWindow } from './change-upgrade-window.js';
import {
  toUpgradeWindowChange,
  toUpgradeWindowDto,
  UpgradeWindowChangeDto,
  UpgradeWindowDto,
} from './upgrade-window.dto.js';

const SIGNED_OUT = { 401: 'unauthenticated', 403: 'forbidden' };

@ApiTags('Platform: rollouts')
@Controller('api/admin/tenants')
export class UpgradeWindowController {
  constructor(
    private readonly findTenants: FindTenants,
    private readonly changeUpgradeWindow: ChangeUpgradeWindow,
  ) {}

  @Get(':id/upgrade-window')
  @PlatformRoute()
  @ApiOperation({ summary: 'When a company may be migrated' })
  @Answer({ description: 'as it is', data: { upgrade_window: UpgradeWindowDto } })
  @Refusals({ ...SIGNED_OUT, 404: 'tenant_not_found' })
  async get(@Param('id') id: string) {
    return { upgrade_window: toUpgradeWindowDto(await this.findTenants.one(id)) };
  }

  @Put(':id/upgrade-window')
  @PlatformRoute()
  @ApiOperation({
    summary: 'Set when a company may be migrated',
    description:
      'A window by its own clock, not before an instant, or not at all. Only what is sent is changed; null takes it away.',
  })
  @Answer({ description: 'as it is now', data: { upgrade_window: UpgradeWindowDto } })
  @Refusals({ 400: 'validation_failed', ...SIGNED_OUT, 404: 'tenant_not_found' })
  async change(@Param('id') id: string, @Body() body: UpgradeWindowChangeDto, @CurrentActor() actor: Actor) {
    const change = toUpgradeWindowChange(body ?? {});
    return { upgrade_window: toUpgradeWindowDto(await this.changeUpgradeWindow.change(id, change, actor)) };
  }
}
