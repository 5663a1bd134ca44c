import { IsCalendarDate, PAGE_LIMIT_MAX } from '@finvera/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsString, Matches, Max, MaxLength, Min } from 'class-validator';

export class EditLogQuery {
  @ApiPropertyOptional({ example: 'voucher' }) @IsOptional() @IsString() @MaxLength(40) object_type?: string;
  @ApiPropertyOptional() @IsOptional() @IsString() @MaxLength(64) object_id?: string;
  @ApiPropertyOptional() @IsOptional() @IsString() @MaxLength(64) actor_id?: string;
  @ApiPropertyOptional({ example: 'cancelled' }) @IsOptional() @IsString() @MaxLength(40) action?: string;

  @ApiPropertyOptional({
    example: '2026-04-01',
    description: 'changed on this day or later, in the company’s time zone',
  })
  @IsOptional()
  @IsCalendarDate()
  from?: string;

  @ApiPropertyOptional({ description: 'changed on this day or earlier, in the company’s time zone' })
  @IsOptional()
  @IsCalendarDate()
  to?: string;

  @ApiPropertyOptional({ description: '`meta.next_cursor` of the page before' })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  @Matches(/^[A-Za-z0-9_-]+$/, { message: 'cursor is not one that this list gave out' })
  cursor?: string;

  @ApiPropertyOptional({ default: 100, minimum: 1, maximum: PAGE_LIMIT_MAX })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(PAGE_LIMIT_MAX)
  limit: number = 100;
}

export class EditLogEntryDto {
  @ApiProperty({ example: '383483921874944' }) id: string;
  @ApiProperty({ example: '2026-04-01T09:30:00.000Z' }) at: string;
  @ApiProperty({ example: '383483921874944' }) actor_id: string;
  @ApiProperty({ example: 'admin@acme.com' }) actor_name: string;
  @ApiProperty({ enum: ['company', 'platform', 'system'] }) actor_kind: string;
  @ApiProperty({ example: 'req-1k2j3h' }) request_id: string;
  @ApiProperty({ nullable: true, type: String, example: '127.0.0.1' }) ip: string | null;
  @ApiProperty({ example: 'cancelled' }) action: string;
  @ApiProperty({ example: 'voucher' }) object_type: string;
  @ApiProperty() object_id: string;
  @ApiProperty() object_name: string;
  @ApiProperty({ nullable: true, type: String }) reason: string | null;
  @ApiProperty({ nullable: true, type: Object }) before: unknown;
  @ApiProperty({ nullable: true, type: Object }) after: unknown;
  @ApiProperty({ description: 'SHA-256 over all the other fields' }) content_hash: string;
}
