import { IfSent, trimmed } from '@finvera/common';
import type { Maintenance } from '@finvera/master-data';
import { isNetwork } from '@finvera/tenancy';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  IsArray,
  IsEmail,
  IsInt,
  IsNotEmpty,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  registerDecorator,
} from 'class-validator';

const ALLOWED_MAX = 100;
const RETRY_AFTER_DEFAULT_SECONDS = 300;
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})$/;

function IsNetworks(): PropertyDecorator {
  return (target, property) =>
    registerDecorator({
      name: 'isNetworks',
      target: target.constructor,
      propertyName: property as string,
      validator: {
        validate: (value: unknown) =>
          Array.isArray(value) && value.every((text) => typeof text === 'string' && isNetwork(text)),
        defaultMessage: () =>
          'each of allowed_addresses must be an IP address such as 203.0.113.7 or a network such as 10.1.0.0/16',
      },
    });
}

export class BeginMaintenanceDto {
  @ApiProperty({ example: 'We are moving your books to a faster server.', maxLength: 500, description: 'for people' })
  @trimmed()
  @IsString()
  @IsNotEmpty({ message: 'message must say why: people read it' })
  @MaxLength(500)
  message: string;

  @ApiPropertyOptional({
    example: 300,
    default: RETRY_AFTER_DEFAULT_SECONDS,
    minimum: 1,
    maximum: 86_400,
    description: 'sent as `Retry-After`, never longer than until `ends_at`',
  })
  @IfSent()
  @IsInt()
  @Min(1)
  @Max(86_400)
  retry_after_seconds: number = RETRY_AFTER_DEFAULT_SECONDS;

  @ApiPropertyOptional({
    example: '2031-01-01T06:00:00Z',
    description: 'when it ends by itself (ISO 8601 with offset); without it somebody must end it',
  })
  @IfSent()
  @IsString()
  @Matches(INSTANT, { message: 'ends_at must be an instant with offset, such as 2031-01-01T06:00:00Z' })
  ends_at?: string;

  @ApiPropertyOptional({ example: ['admin@acme.com'], description: 'users who may come in', maxItems: ALLOWED_MAX })
  @IfSent()
  @IsArray()
  @ArrayMaxSize(ALLOWED_MAX)
  @IsEmail({}, { each: true, message: 'each of allowed_emails must be an e-mail address' })
  allowed_emails: string[] = [];

  @ApiPropertyOptional({
    example: ['203.0.113.7', '10.1.0.0/16'],
    description: 'addresses and networks of clients that may come in',
    maxItems: ALLOWED_MAX,
  })
  @IfSent()
  @IsArray()
  @ArrayMaxSize(ALLOWED_MAX)
  @IsNetworks()
  allowed_addresses: string[] = [];
}

export class MaintenanceDto {
  @ApiProperty({ example: 'We are moving your books to a faster server.' }) message: string;
  @ApiProperty({ example: 300 }) retry_after_seconds: number;
  @ApiProperty({ nullable: true, type: String, example: '2031-01-01T06:00:00.000Z' }) ends_at: string | null;
  @ApiProperty({ example: ['admin@acme.com'] }) allowed_emails: string[];
  @ApiProperty({ example: ['203.0.113.7'] }) allowed_addresses: string[];
  @ApiProperty({ example: '2026-11-24T05:00:00.000Z' }) started_at: string;
}

/** The maintenance that lasts now; null when there is none, or it has ended by itself. */
export const toMaintenanceDto = (maintenance: Maintenance | null): MaintenanceDto | null =>
  maintenance && (maintenance.ends_at === null || Date.parse(maintenance.ends_at) > Date.now())
    ? { ...maintenance }
    : null;
