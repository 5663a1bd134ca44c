import { ENDPOINT_STATUSES, EndpointDto, type EndpointStatus, IfSent, trimmed } from '@finvera/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayNotEmpty, ArrayUnique, IsArray, IsIn, IsString, Matches, MaxLength } from 'class-validator';
import type { WebhookEndpoint } from './webhook-endpoint.entity.js';
import { EVENT_TYPE_PATTERN } from './webhook-event.js';

const TYPES_MAX = 50;
const TYPES_HELP =
  'event_types must be *, tenant.*, operation.*, storage.*, backup.* or an event such as operation.failed';

export class AddEndpointDto {
  @ApiProperty({ example: 'https://example.com/webhooks', maxLength: 2_000 })
  @trimmed()
  @IsString()
  @MaxLength(2_000)
  url: string;

  @ApiProperty({ example: ['tenant.*', 'operation.failed'], type: [String], maxItems: TYPES_MAX })
  @IsArray()
  @ArrayNotEmpty()
  @ArrayMaxSize(TYPES_MAX)
  @ArrayUnique()
  @Matches(EVENT_TYPE_PATTERN, { each: true, message: TYPES_HELP })
  event_types: string[];

  @ApiPropertyOptional({ example: 'our customer database', maxLength: 200 })
  @IfSent()
  @trimmed()
  @IsString()
  @MaxLength(200)
  description?: string;
}

export class ChangeEndpointDto {
  @ApiPropertyOptional({ example: 'https://example.com/webhooks', maxLength: 2_000 })
  @IfSent()
  @trimmed()
  @IsString()
  @MaxLength(2_000)
  url?: string;

  @ApiPropertyOptional({ example: ['*'], type: [String], maxItems: TYPES_MAX })
  @IfSent()
  @IsArray()
  @ArrayNotEmpty()
  @ArrayMaxSize(TYPES_MAX)
  @ArrayUnique()
  @Matches(EVENT_TYPE_PATTERN, { each: true, message: TYPES_HELP })
  event_types?: string[];

  @ApiPropertyOptional({ maxLength: 200 })
  @IfSent()
  @trimmed()
  @IsString()
  @MaxLength(200)
  description?: string;

  @ApiPropertyOptional({ enum: ENDPOINT_STATUSES, description: 'while disabled it is told of nothing' })
  @IfSent()
  @IsIn(ENDPOINT_STATUSES)
  status?: EndpointStatus;
}

export class WebhookEndpointDto extends EndpointDto {
  @ApiProperty({ example: '019a5b0e-7b1c-7c3e-9d2f-1a2b3c4d5e6f' }) id: string;
  @ApiProperty({ type: [String], example: ['tenant.*'] }) event_types: string[];
}

export const toEndpointDto = (endpoint: WebhookEndpoint): WebhookEndpointDto => ({
  id: endpoint.id,
  url: endpoint.url,
  description: endpoint.description,
  event_types: endpoint.eventTypes,
  status: endpoint.status,
  disabled_reason: endpoint.disabledReason,
  disabled_at: endpoint.disabledAt?.toISOString() ?? null,
  failing_since: endpoint.failingSince?.toISOString() ?? null,
  last_delivered_at: endpoint.lastDeliveredAt?.toISOString() ?? null,
  former_secret_until: endpoint.formerSecretUntil?.toISOString() ?? null,
  created_at: endpoint.createdAt.toISOString(),
  updated_at: endpoint.updatedAt.toISOString(),
});
