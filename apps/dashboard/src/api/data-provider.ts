import type { DataProvider, GetListParams, Identifier, RaRecord } from 'react-admin';
import type { Company, CompanyHealth, CompanyStats } from '../companies/company';
import type { Connections, ConnectionsQuery } from '../connections/connections';
import type { Operation } from '../operations/operation';
import { readCursorPage } from './cursor-pages';
import { getBare, send } from './http';
import { forgetIdempotencyKey, idempotencyKeyFor } from './idempotency-key';

interface ResourceRoute {
  path: string;
  one: string;
  many: string;
  paged: 'by page' | 'by cursor';
}

const ROUTES: Record<string, ResourceRoute> = {
  companies: { path: '/tenants', one: 'tenant', many: 'tenants', paged: 'by page' },
  operations: { path: '/operations', one: 'operation', many: 'operations', paged: 'by page' },
  'audit-log': { path: '/audit-log', one: 'entry', many: 'entries', paged: 'by cursor' },
};

function routeOf(resource: string): ResourceRoute {
  const route = ROUTES[resource];
  if (!route) throw new Error(`There is no resource ${resource}`);
  return route;
}

const at = ({ path }: ResourceRoute, id: Identifier) => `${path}/${encodeURIComponent(id)}`;

async function listByPage<R>(route: ResourceRoute, params: GetListParams & { signal?: AbortSignal }) {
  const { pagination, sort, filter, signal } = params;
  const query = {
    ...filter,
    page: pagination?.page,
    limit: pagination?.perPage,
    sort: sort && `${sort.order === 'DESC' ? '-' : ''}${sort.field}`,
  };
  const { data, meta } = await send<Record<string, R[]>>('GET', route.path, { query, signal });
  const records = data[route.many] ?? [];
  return { data: records, total: meta?.total ?? records.length };
}

async function listByCursor<R>(route: ResourceRoute, params: GetListParams & { signal?: AbortSignal }) {
  const { pagination: { page, perPage } = { page: 1, perPage: 50 }, filter, signal } = params;
  const list = JSON.stringify([route.path, filter, perPage]);
  const { rows, hasNextPage } = await readCursorPage(list, page, async (cursor) => {
    const query = { ...filter, limit: perPage, cursor };
    const { data, meta } = await send<Record<string, R[]>>('GET', route.path, { query, signal });
    return { rows: data[route.many] ?? [], next: meta?.next_cursor ?? null };
  });
  // how many there are is known on the last page alone
  const total = hasNextPage ? undefined : (page - 1) * perPage + rows.length;
  return { data: rows, total, pageInfo: { hasNextPage, hasPreviousPage: page > 1 } };
}

async function readOne<R>(resource: string, id: Identifier, signal?: AbortSignal): Promise<R> {
  const route = routeOf(resource);
  const { data } = await send<Record<string, R>>('GET', at(route, id), { signal });
  return data[route.one] as R;
}

const refuse = (what: string) => async (): Promise<never> => {
  throw new Error(`${what} is not offered by the API`);
};

/** What react-admin asks for, as calls of the platform API. */
const standard: DataProvider = {
  supportAbortSignal: true,
  getList: <R extends RaRecord>(resource: string, params: GetListParams) => {
    const route = routeOf(resource);
    return route.paged === 'by page' ? listByPage<R>(route, params) : listByCursor<R>(route, params);
  },
  getOne: async (resource, { id, signal }) => ({ data: await readOne(resource, id, signal) }),
  getMany: async <R extends RaRecord>(resource: string, { ids }: { ids: Identifier[] }) => {
    const found = await Promise.allSettled(ids.map((id) => readOne<R>(resource, id)));
    const lost = found.find((one) => one.status === 'rejected' && one.reason.status !== 404);
    if (lost?.status === 'rejected') throw lost.reason;
    return { data: found.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : [])) };
  },
  create: async (resource, { data: body }) => {
    const route = routeOf(resource);
    const idempotencyKey = idempotencyKeyFor(body);
    const { data } = await send<Record<string, object>>('POST', route.path, { body, idempotencyKey });
    forgetIdempotencyKey();
    const { [route.one]: record, ...beside } = data;
    return { data: { ...record, ...beside } as never };
  },
  update: async (resource, { id, data: body }) => {
    const route = routeOf(resource);
    const { data } = await send<Record<string, never>>('PUT', at(route, id), { body });
    return { data: data[route.one] as never };
  },
  getManyReference: refuse('getManyReference'),
  updateMany: refuse('updateMany'),
  delete: refuse('delete'),
  deleteMany: refuse('deleteMany'),
};

/** What the API offers beyond lists and records. */
const beyond = {
  suspendCompany: async (id: Identifier, reason: string) =>
    (await send<{ tenant: Company }>('POST', `/tenants/${id}/suspend`, { body: { reason } })).data.tenant,
  reactivateCompany: async (id: Identifier) =>
    (await send<{ tenant: Company }>('POST', `/tenants/${id}/reactivate`, { body: {} })).data.tenant,
  archiveCompany: async (id: Identifier) =>
    (await send<{ operation: Operation }>('POST', `/tenants/${id}/archive`, { body: {} })).data.operation,
  unarchiveCompany: async (id: Identifier) =>
    (await send<{ operation: Operation }>('POST', `/tenants/${id}/unarchive`, { body: {} })).data.operation,
  deleteCompany: async (id: Identifier, confirm: string) =>
    (await send<{ operation: Operation }>('DELETE', `/tenants/${id}`, { body: { confirm } })).data.operation,
  undeleteCompany: async (id: Identifier) =>
    (await send<{ operation: Operation }>('POST', `/tenants/${id}/undelete`, { body: {} })).data.operation,
  companyStats: async (id: Identifier) =>
    (await send<{ stats: CompanyStats }>('GET', `/tenants/${id}/stats`)).data.stats,
  companyHealth: (id: Identifier) => getBare<CompanyHealth>(`/tenants/${id}/health`),
  retryOperation: async (id: Identifier) =>
    (await send<{ operation: Operation }>('POST', `/operations/${id}/retry`, { body: {} })).data.operation,
  connections: async (query: ConnectionsQuery) => {
    const { data, meta } = await send<Connections>('GET', '/connections', { query: { ...query } });
    return { connections: data, total: meta?.total ?? data.tenants.length };
  },
};

export const dataProvider = { ...standard, ...beyond };
export type FinveraDataProvider = typeof dataProvider;
