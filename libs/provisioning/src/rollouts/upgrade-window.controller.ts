import { type Actor, Answer, CurrentActor, IsTimeZoneName, PlatformRoute, Refusals } from '@finvera/common';
import type { Tenant } from '@finvera/master-data';
import { Body, Controller, Get, Param, Put } from '@nestjs/common';
import { ApiOperation, ApiProperty, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { IsISO8601, IsNotEmpty, IsOptional, IsString, MaxLength, Validate, ValidatorConstraint } from 'class-validator';
import { FindTenants } from '../tenants/find-tenants.js';
import { ChangeUpgradeWindow } from './change-upgrade-window.js';
import { isUpgradeWindow } from './upgrade-window.js';

@ValidatorConstraint({ name: 'isUpgradeWindow' })
class IsUpgradeWindow {
  validate = (value: unknown) => typeof value === 'string' && isUpgradeWindow(value);
  defaultMessage = () => 'window must be two times of a day such as 22:00-04:00';
}

class UpgradeWindowChangeDto {
  @ApiPropertyOptional({ nullable: true, type: String, example: 'Asia/Kolkata' })
  @IsOptional()
  @IsTimeZoneName()
  time_zone?: string | null;

  @ApiPropertyOptional({
    nullable: true,
    type: String,
    example: '22:00-04:00',
    description: 'by the clock of `time_zone`',
  })
  @IsOptional()
  @Validate(IsUpgradeWindow)
  window?: string | null;

  @ApiPropertyOptional({ nullable: true, type: String, example: '2026-12-01T00:00:00Z' })
  @IsOptional()
  @IsISO8601({ strict: true }, { message: 'not_before must be an instant such as 2026-12-01T00:00:00Z' })
  not_before?: string | null;

  @ApiPropertyOptional({
    nullable: true,
    type: String,
    example: 'audit until January',
    description: 'leave it out of rollouts',
  })
  @IsOptional()
  @IsString()
  @IsNotEmpty({ message: 'hold_reason must say why; null ends the hold' })
  @MaxLength(200)
  hold_reason?: string | null;
}

class UpgradeWindowDto {
  @ApiProperty({ nullable: true, type: String }) time_zone: string | null;
  @ApiProperty({ nullable: true, type: String }) window: string | null;
  @ApiProperty({ nullable: true, type: String }) not_before: string | null;
  @ApiProperty({ nullable: true, type: String }) hold_reason: string | null;
}

const toUpgradeWindowDto = (tenant: Tenant): UpgradeWindowDto => ({
  time_zone: tenant.timeZone,
  window: tenant.upgradeWindow,
  not_before: tenant.migrateNotBefore?.toISOString() ?? null,
  hold_reason: tenant.migrationHoldReason,
});

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
    const { time_zone: timeZone, window, not_before, hold_reason: holdReason } = body ?? {};
    const notBefore = typeof not_before === 'string' ? new Date(not_before) : not_before;
    return {
      upgrade_window: toUpgradeWindowDto(
        await this.changeUpgradeWindow.change(id, { timeZone, window, notBefore, holdReason }, actor),
      ),
    };
  }
}
