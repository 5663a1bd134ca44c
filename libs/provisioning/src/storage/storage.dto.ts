import { IfSent, IsCalendarDate, PageQuery } from '@finvera/common';
import { STORAGE_LEVELS, type StorageDay, type Tenant } from '@finvera/master-data';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { usedPercent } from './storage-level.js';

export class StorageDto {
  @ApiProperty({
    example: 125.25,
    description: 'megabytes (2^20 bytes) of the database’s files and of what is attached to vouchers',
  })
  used_mb: number;
  @ApiProperty({ example: 1024 }) limit_mb: number;
  @ApiProperty({ example: 12.23 }) used_percent: number;
  @ApiProperty({ enum: STORAGE_LEVELS, description: '`near_limit`: 80 % and more; `full`: 100 % and more' })
  level: string;
  @ApiProperty({ description: 'suspended because the limit is reached; comes back by itself' })
  suspended_for_storage: boolean;
  @ApiProperty({ nullable: true, type: String, description: 'since when it may only be read' })
  read_only_since: string | null;
  @ApiProperty({ nullable: true, type: String }) measured_at: string | null;
}

export class StorageDayDto {
  @ApiProperty({ example: '2026-11-24', description: 'UTC' }) date: string;
  @ApiProperty({ example: 125.25, description: 'by the last measurement of the day' }) used_mb: number;
  @ApiProperty({ example: 130, description: 'the most that was measured on the day' }) peak_mb: number;
  @ApiProperty({ example: 1024 }) limit_mb: number;
  @ApiProperty() measured_at: string;
}

export class StorageHistoryQuery extends PageQuery {
  @ApiPropertyOptional({ example: '2026-01-01' })
  @IfSent()
  @IsCalendarDate()
  from?: string;

  @ApiPropertyOptional({ example: '2026-12-31' })
  @IfSent()
  @IsCalendarDate()
  to?: string;
}

export const toStorageDto = (tenant: Tenant): StorageDto => ({
  used_mb: Number(tenant.storageUsedMb),
  limit_mb: tenant.storageLimitMb,
  used_percent: usedPercent(Number(tenant.storageUsedMb), tenant.storageLimitMb),
  level: tenant.storageLevel,
  suspended_for_storage: tenant.suspendedFor === 'storage',
  read_only_since: tenant.readOnlySince?.toISOString() ?? null,
  measured_at: tenant.storageMeasuredAt?.toISOString() ?? null,
});

export const toStorageDayDto = (day: StorageDay): StorageDayDto => ({
  date: day.measuredOn,
  used_mb: Number(day.usedMb),
  peak_mb: Number(day.peakMb),
  limit_mb: day.limitMb,
  measured_at: day.measuredAt.toISOString(),
});
