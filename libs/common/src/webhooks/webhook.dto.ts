import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsISO8601 } from 'class-validator';
import { IfSent } from '../http/dto-fields.js';

export const ENDPOINT_STATUSES = ['enabled', 'disabled'] as const;
export type EndpointStatus = (typeof ENDPOINT_STATUSES)[number];

export const DELIVERY_STATUSES = ['pending', 'delivered', 'dead'] as const;
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number];

export class ReplayDto {
  @ApiProperty({ example: '2026-11-24T00:00:00Z', description: 'events of this instant and later' })
  @IsISO8601({ strict: true }, { message: 'since must be an instant such as 2026-11-24T00:00:00Z' })
  since: string;

  @ApiPropertyOptional({ enum: ['all', 'missed'], default: 'missed', description: 'missed: not those that arrived' })
  @IfSent()
  @IsIn(['all', 'missed'])
  which?: 'all' | 'missed';
}

/** What every endpoint tells of itself, beside its id and the events that it is told of. */
export class EndpointDto {
  @ApiProperty({ example: 'https://example.com/webhooks' }) url: string;
  @ApiProperty() description: string;
  @ApiProperty({ enum: ENDPOINT_STATUSES }) status: EndpointStatus;
  @ApiProperty({ nullable: true, type: String }) disabled_reason: string | null;
  @ApiProperty({ nullable: true, type: String }) disabled_at: string | null;
  @ApiProperty({ nullable: true, type: String, description: 'since when nothing arrives' })
  failing_since: string | null;
  @ApiProperty({ nullable: true, type: String, description: 'to about a minute' }) last_delivered_at: string | null;
  @ApiProperty({
    nullable: true,
    type: String,
    description: 'the secret before the last change signs as well until then',
  })
  former_secret_until: string | null;
  @ApiProperty() created_at: string;
  @ApiProperty() updated_at: string;
}

/** What every delivery tells, beside its id, its endpoint and what its event is about. */
export class DeliveryDto {
  @ApiProperty({ example: 'evt_5f1c…', description: 'the same at every try' }) webhook_id: string;
  @ApiProperty({ enum: DELIVERY_STATUSES }) status: DeliveryStatus;
  @ApiProperty({ example: 1 }) attempts: number;
  @ApiProperty({ nullable: true, type: String }) next_attempt_at: string | null;
  @ApiProperty({ nullable: true, type: String }) last_attempt_at: string | null;
  @ApiProperty({ nullable: true, type: Number, example: 200 }) last_status: number | null;
  @ApiProperty({ nullable: true, type: String }) last_error: string | null;
  @ApiProperty({ nullable: true, type: String }) delivered_at: string | null;
  @ApiProperty() created_at: string;
}

export class EndpointSecretDto {
  @ApiProperty({ example: 'whsec_…', description: 'verifies signatures; shown this once' }) secret: string;
}

export class TestResultDto {
  @ApiProperty({ example: true, description: 'it answered 2xx' }) delivered: boolean;
  @ApiProperty({ nullable: true, type: Number, example: 200 }) status: number | null;
  @ApiProperty({ nullable: true, type: String }) error: string | null;
  @ApiProperty({ example: 38 }) duration_ms: number;
}

export class ReplayResultDto {
  @ApiProperty({ example: 12, description: 'deliveries that are sent (again)' }) queued: number;
  @ApiProperty({ nullable: true, type: String, description: 'there are more: go on with this as `since`' })
  next_since: string | null;
}
