import { isoInstant, likePattern, notFound, offsetOf, type PageQuery, parseSort, readJson } from '@finvera/common';
import { InjectTenantDataSource, TenantDataSource } from '@finvera/tenancy';
import { Injectable } from '@nestjs/common';
import type { SqlSession } from '../schema/sql-session.js';
import { EVENT_COLUMNS, eventBody, type EventRow } from './books-event.js';
import type { CompanyDeliveryDto, CompanyEndpointDto, ListCompanyDeliveriesQuery } from './company-webhook.dto.js';

const ENDPOINT = `SELECT id, url, description, event_types, status, disabled_reason, disabled_at, failing_since,
    last_delivered_at, former_secret_until, created_at, updated_at FROM webhook_endpoints`;
const ENDPOINTS_FOUND = 'WHERE (url LIKE ? OR description LIKE ?)';
const ENDPOINT_SORTS = { created_at: 'id', url: 'url' } as const;

const DELIVERY = `SELECT id, endpoint_id, webhook_id, event_type, object_id, sequence, status, attempts, next_attempt_at, last_attempt_at,
    last_status, last_error, delivered_at, created_at, log_id FROM webhook_deliveries`;
// a filter that is not asked for is NULL, and the optimizer drops its line
const DELIVERIES_FOUND = `WHERE (? IS NULL OR endpoint_id = ?) AND (? IS NULL OR status = ?) AND (? IS NULL OR event_type = ?)
    AND (? IS NULL OR object_id = ?) AND (? IS NULL OR webhook_id LIKE ? OR event_type LIKE ?)`;

type EndpointTimes = 'disabled_at' | 'failing_since' | 'last_delivered_at' | 'former_secret_until';
type EndpointRow = Omit<CompanyEndpointDto, EndpointTimes | 'event_types' | 'created_at' | 'updated_at'> &
  Record<EndpointTimes, Date | null> & { event_types: unknown; created_at: Date; updated_at: Date };

type DeliveryTimes = 'last_attempt_at' | 'delivered_at';
type DeliveryRow = Omit<CompanyDeliveryDto, DeliveryTimes | 'next_attempt_at' | 'created_at' | 'payload'> &
  Record<DeliveryTimes, Date | null> & { next_attempt_at: Date; created_at: Date; log_id: string };

/** Reads a company's endpoints and deliveries. */
@Injectable()
export class FindWebhooks {
  constructor(@InjectTenantDataSource() private readonly dataSource: TenantDataSource) {}

  async endpoints(query: PageQuery): Promise<{ endpoints: CompanyEndpointDto[]; total: number }> {
    const { field, direction } = parseSort(query.sort, ['created_at', 'url'] as const, {
      field: 'created_at',
      direction: 'DESC',
    });
    const like = query.search ? likePattern(query.search) : '%';
    const rows: EndpointRow[] = await this.dataSource.query(
      `${ENDPOINT} ${ENDPOINTS_FOUND} ORDER BY ${ENDPOINT_SORTS[field]} ${direction}, id LIMIT ? OFFSET ?`,
      [like, like, query.limit, offsetOf(query)],
    );
    const [{ total }] = await this.dataSource.query(
      `SELECT COUNT(*) AS total FROM webhook_endpoints ${ENDPOINTS_FOUND}`,
      [like, like],
    );
    return { endpoints: rows.map(toEndpoint), total: Number(total) };
  }

  /** @throws DomainError 404 `webhook_endpoint_not_found` */
  endpoint(id: string): Promise<CompanyEndpointDto> {
    return readEndpoint(this.dataSource, id);
  }

  /** Newest first. */
  async deliveries(query: ListCompanyDeliveriesQuery): Promise<{ deliveries: CompanyDeliveryDto[]; total: number }> {
    const { direction } = parseSort(query.sort, ['created_at'] as const, { field: 'created_at', direction: 'DESC' });
    const { endpoint_id, status, event_type, object_id } = query;
    const like = query.search ? likePattern(query.search) : null;
    const filters = [
      ...[endpoint_id, status, event_type, object_id].flatMap((filter) => [filter ?? null, filter ?? null]),
      ...[like, like, like],
    ];
    const rows: DeliveryRow[] = await this.dataSource.query(
      `${DELIVERY} ${DELIVERIES_FOUND} ORDER BY id ${direction} LIMIT ? OFFSET ?`,
      [...filters, query.limit, offsetOf(query)],
    );
    const [{ total }] = await this.dataSource.query(
      `SELECT COUNT(*) AS total FROM webhook_deliveries ${DELIVERIES_FOUND}`,
      filters,
    );
    return { deliveries: rows.map(toDelivery), total: Number(total) };
  }

  /** With its body. @throws DomainError 404 `webhook_delivery_not_found` */
  async delivery(id: string): Promise<CompanyDeliveryDto> {
    const [row]: DeliveryRow[] = /^\d{1,20}$/.test(id)
      ? await this.dataSource.query(`${DELIVERY} WHERE id = ?`, [id])
      : [];
    if (!row) throw notFound('webhook delivery', id, 'webhook_delivery_not_found');
    const [entry]: EventRow[] = await this.dataSource.query(`SELECT ${EVENT_COLUMNS} FROM edit_log WHERE id = ?`, [
      row.log_id,
    ]);
    return { ...toDelivery(row), payload: eventBody(this.dataSource.tenantId, entry!) };
  }
}

/** @throws DomainError 404 `webhook_endpoint_not_found` */
export async function readEndpoint(
  session: SqlSession,
  id: string,
  lock: '' | 'FOR UPDATE' = '',
): Promise<CompanyEndpointDto> {
  const [row]: EndpointRow[] = /^\d{1,20}$/.test(id)
    ? await session.query(`${ENDPOINT} WHERE id = ? ${lock}`, [id])
    : [];
  if (!row) throw notFound('webhook endpoint', id, 'webhook_endpoint_not_found');
  return toEndpoint(row);
}

const instant = (at: Date | null): string | null => (at ? isoInstant(at) : null);

const toEndpoint = (row: EndpointRow): CompanyEndpointDto => ({
  ...row,
  event_types: readJson(row.event_types),
  disabled_at: instant(row.disabled_at),
  failing_since: instant(row.failing_since),
  last_delivered_at: instant(row.last_delivered_at),
  former_secret_until: instant(row.former_secret_until),
  created_at: isoInstant(row.created_at),
  updated_at: isoInstant(row.updated_at),
});

const toDelivery = ({ log_id: _, ...row }: DeliveryRow): CompanyDeliveryDto => ({
  ...row,
  next_attempt_at: row.status === 'pending' ? isoInstant(row.next_attempt_at) : null,
  last_attempt_at: instant(row.last_attempt_at),
  delivered_at: instant(row.delivered_at),
  created_at: isoInstant(row.created_at),
});
