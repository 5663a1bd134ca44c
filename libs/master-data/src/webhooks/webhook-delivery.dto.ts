import { DELIVERY_STATUSES, DeliveryDto, type DeliveryStatus, PageQuery } from '@finvera/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, MaxLength } from 'class-validator';
import type { WebhookDelivery } from './webhook-delivery.entity.js';

export class ListDeliveriesQuery extends PageQuery {
  @ApiPropertyOptional() @IsOptional() @IsString() @MaxLength(36) endpoint_id?: string;

  @ApiPropertyOptional({ enum: DELIVERY_STATUSES, description: 'dead: given up after WEBHOOK_TRIES_MAX tries' })
  @IsOptional()
  @IsIn(DELIVERY_STATUSES)
  status?: DeliveryStatus;

  @ApiPropertyOptional({ example: 'operation.failed' }) @IsOptional() @IsString() @MaxLength(60) event_type?: string;
}

export class WebhookDeliveryDto extends DeliveryDto {
  @ApiProperty() id: string;
  @ApiProperty() endpoint_id: string;
  @ApiProperty({ example: 'tenant.suspended' }) event_type: string;
  @ApiProperty({ nullable: true, type: String }) tenant_id: string | null;
  @ApiPropertyOptional({ nullable: true, type: Object, description: 'the body; only where one delivery is read' })
  payload?: object | null;
}

export const toDeliveryDto = (delivery: WebhookDelivery): WebhookDeliveryDto => ({
  id: delivery.id,
  endpoint_id: delivery.endpointId,
  webhook_id: delivery.webhookId,
  event_type: delivery.eventType,
  tenant_id: delivery.tenantId,
  status: delivery.status,
  attempts: delivery.attempts,
  next_attempt_at: delivery.status === 'pending' ? delivery.nextAttemptAt.toISOString() : null,
  last_attempt_at: delivery.lastAttemptAt?.toISOString() ?? null,
  last_status: delivery.lastStatus,
  last_error: delivery.lastError,
  delivered_at: delivery.deliveredAt?.toISOString() ?? null,
  created_at: delivery.createdAt.toISOString(),
});
