import { IsTimeZoneName } from '@finvera/common';
import type { Tenant } from '@finvera/master-data';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsISO8601, IsNotEmpty, IsOptional, IsString, MaxLength, Validate, ValidatorConstraint } from 'class-validator';
import type { UpgradeWindowChange } from './change-upgrade-window.js';
import { isUpgradeWindow } from './upgrade-window.js';

@ValidatorConstraint({ name: 'isUpgradeWindow' })
class IsUpgradeWindow {
  validate = (value: unknown) => typeof value === 'string' && isUpgradeWindow(value);
  defaultMessage = () => 'window must be two times of a day such as 22:00-04:00';
}

export class UpgradeWindowChangeDto {
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

export class UpgradeWindowDto {
  @ApiProperty({ nullable: true, type: String }) time_zone: string | null;
  @ApiProperty({ nullable: true, type: String }) window: string | null;
  @ApiProperty({ nullable: true, type: String }) not_before: string | null;
  @ApiProperty({ nullable: true, type: String }) hold_reason: string | null;
}

export const toUpgradeWindowDto = (tenant: Tenant): UpgradeWindowDto => ({
  time_zone: tenant.timeZone,
  window: tenant.upgradeWindow,
  not_before: tenant.migrateNotBefore?.toISOString() ?? null,
  hold_reason: tenant.migrationHoldReason,
});

/** What is left away stays, null takes a setting away. */
export function toUpgradeWindowChange(body: UpgradeWindowChangeDto): UpgradeWindowChange {
  const { time_zone: timeZone, window, not_before, hold_reason: holdReason } = body;
  const notBefore = typeof not_before === 'string' ? new Date(not_before) : not_before;
  return { timeZone, window, notBefore, holdReason };
}
