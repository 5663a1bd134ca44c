import { likePattern, notFound, offsetOf, type PageQuery, parseSort } from '@finvera/common';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, Like } from 'typeorm';
import { AUDIT_COLUMNS, type AuditRow } from '../audit-log/read-audit-rows.js';
import type { ListDeliveriesQuery } from './webhook-delivery.dto.js';
import { WebhookDelivery } from './webhook-delivery.entity.js';
import { WebhookEndpoint } from './webhook-endpoint.entity.js';
import { eventBody } from './webhook-event.js';

/** Reads endpoints and deliveries. */
@Injectable()
export class FindWebhooks {
  constructor(@InjectDataSource() private readonly master: DataSource) {}

  async endpoints(query: PageQuery): Promise<{ endpoints: WebhookEndpoint[]; total: number }> {
    const { field, direction } = parseSort(query.sort, ['created_at', 'url'] as const, {
      field: 'created_at',
      direction: 'DESC',
    });
    const like = query.search ? Like(likePattern(query.search)) : undefined;
    const [endpoints, total] = await this.master.getRepository(WebhookEndpoint).findAndCount({
      where: like ? [{ url: like }, { description: like }] : {},
      order: field === 'url' ? { url: direction, id: direction } : { createdAt: direction, id: direction },
      skip: offsetOf(query),
      take: query.limit,
    });
    return { endpoints, total };
  }

  /** @throws DomainError 404 `webhook_endpoint_not_found` */
  async endpoint(id: string): Promise<WebhookEndpoint> {
    const endpoint = await this.master.getRepository(WebhookEndpoint).findOneBy({ id });
    if (!endpoint) throw notFound('webhook endpoint', id, 'webhook_endpoint_not_found');
    return endpoint;
  }

  /** Newest first. */
  async deliveries(query: ListDeliveriesQuery): Promise<{ deliveries: WebhookDelivery[]; total: number }> {
    const { endpoint_id: endpointId, status, event_type: eventType, search } = query;
    const { direction } = parseSort(query.sort, ['created_at'] as const, { field: 'created_at', direction: 'DESC' });
    const chosen = {
      ...(endpointId !== undefined && { endpointId }),
      ...(status && { status }),
      ...(eventType !== undefined && { eventType }),
    };
    const [deliveries, total] = await this.master.getRepository(WebhookDelivery).findAndCount({
      where: search ? ['webhookId', 'tenantId', 'eventType'].map((field) => ({ [field]: Like(likePattern(search)), ...chosen })) : chosen, // biome-ignore format: one line
      order: { id: direction }, // ids are ordered by time
      skip: offsetOf(query),
      take: query.limit,
    });
    return { deliveries, total };
  }

  /** With its body; null when the audit entry was removed after its time. @throws DomainError 404 `webhook_delivery_not_found` */
  async delivery(id: string): Promise<{ delivery: WebhookDelivery; payload: object | null }> {
    const delivery = await this.master.getRepository(WebhookDelivery).findOneBy({ id });
    if (!delivery) throw notFound('webhook delivery', id, 'webhook_delivery_not_found');
    const [row]: AuditRow[] = await this.master.query(`SELECT ${AUDIT_COLUMNS} FROM audit_log WHERE id = ?`, [
      delivery.auditId,
    ]);
    return { delivery, payload: row ? eventBody(row) : null };
  }
}
