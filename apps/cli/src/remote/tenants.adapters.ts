import { notFound } from '@finvera/common';
import {
  ArchiveTenant,
  ChangeFleetCredentials,
  ChangeTenant,
  CreateManyTenants,
  DeleteTenant,
  ExamineTenant,
  FindTenants,
  ListTenants,
  MeasureTenant,
  ReadStorage,
  type RowResult,
  SetMaintenance,
  SuspendMany,
  type TenantDto,
} from '@finvera/provisioning';
import { type Adapter, adapt, part } from './adapter.js';
import { operationOf, tenantOf } from './entities.js';
import { finished } from './finished.js';
import type { Query, RemoteApi } from './remote-api.js';

/** Rows of one request: few enough that Ctrl-C does not wait long for those that have begun. */
const ROWS_AT_ONCE = 50;
/** Rows that are checked in one request. */
const ROWS_CHECKED = 1_000;
const NAMES_LOOKED_THROUGH = 500;

export function tenantAdapters(api: RemoteApi): Adapter[] {
  const one = async (id: string) => tenantOf((await api.get(`tenants/${part(id)}`)).data.tenant);
  const operation = async (method: 'post' | 'delete', path: string, body?: object, query?: Query) =>
    operationOf((await api[method](path, body, query)).data.operation);

  return [
    adapt(FindTenants, {
      one,
      named: async (name) => {
        if (/^[0-9a-f-]{36}$/.test(name)) return one(name);
        const query = { search: name, limit: NAMES_LOOKED_THROUGH };
        const { data } = await api.get('tenants', query);
        const found = (data.tenants as TenantDto[]).find(({ subdomain }) => subdomain === name.toLowerCase());
        if (!found) throw notFound('company', name, 'tenant_not_found');
        return tenantOf(found);
      },
    }),
    adapt(ListTenants, {
      list: async (query) => {
        const { data, meta } = await api.get('tenants', { ...query });
        return { tenants: data.tenants.map(tenantOf), total: meta!.total };
      },
    }),
    adapt(ChangeTenant, {
      update: async (id, change) => tenantOf((await api.put(`tenants/${part(id)}`, change)).data.tenant),
      suspend: async (id, reason) => tenantOf((await api.post(`tenants/${part(id)}/suspend`, { reason })).data.tenant),
      reactivate: async (id) => tenantOf((await api.post(`tenants/${part(id)}/reactivate`)).data.tenant),
    }),
    adapt(SuspendMany, {
      run: async ({ change, expected, dryRun, ...selection }) =>
        (await api.post(`tenants/bulk/${change}`, { ...selection, expected_count: expected, dry_run: dryRun })).data
          .result,
    }),
    adapt(SetMaintenance, {
      set: async (id, wanted) => {
        const path = `tenants/${part(id)}/maintenance`;
        return tenantOf((await (wanted ? api.put(path, wanted) : api.delete(path))).data.tenant);
      },
    }),
    adapt(ArchiveTenant, {
      archive: (id) => operation('post', `tenants/${part(id)}/archive`),
      unarchive: (id) => operation('post', `tenants/${part(id)}/unarchive`),
    }),
    adapt(DeleteTenant, {
      delete: (id) => operation('delete', `tenants/${part(id)}`, { confirm: 'DELETE' }),
      purge: (id, company_name) =>
        operation('delete', `tenants/${part(id)}`, { confirm: 'DELETE', company_name }, { purge: true }),
      undelete: (id) => operation('post', `tenants/${part(id)}/undelete`),
    }),
    adapt(ChangeFleetCredentials, {
      changeOne: async (change, id) => {
        const verb = change === 'rotate' ? 'rotate-password' : 'harden';
        await finished(api, await operation('post', `tenants/${part(id)}/${verb}`));
      },
    }),
    adapt(MeasureTenant, {
      run: async (id) => (await api.post(`tenants/${part(id)}/storage/measure`)).data.storage,
    }),
    adapt(ReadStorage, {
      current: async (id) => (await api.get(`tenants/${part(id)}/storage`)).data.storage,
      history: async (id, query) => {
        const { data, meta } = await api.get(`tenants/${part(id)}/storage/history`, { ...query });
        return { days: data.storage_history, total: meta!.total };
      },
    }),
    adapt(ExamineTenant, {
      stats: async ({ id }) => (await api.get(`tenants/${part(id)}/stats`)).data.stats,
      health: async ({ id }) => (await api.get(`tenants/${part(id)}/health`)).data,
    }),
    adapt(CreateManyTenants, { run: (rows, _actor, options) => createMany(api, rows, options) }),
  ];
}

/** All rows are checked before the first company is made, as it is done here. */
async function createMany(
  api: RemoteApi,
  rows: readonly unknown[],
  { dryRun = false, onResult, signal }: Parameters<CreateManyTenants['run']>[2] = {},
): Promise<RowResult[]> {
  const results: RowResult[] = [];
  const send = async (first: number, count: number, dry: boolean, onEach: (result: RowResult) => void) => {
    const tenants = rows.slice(first, first + count);
    for await (const line of api.lines('tenants/bulk', { tenants }, { dry_run: dry }))
      if ('row' in line) onEach({ ...(line as unknown as RowResult), row: first + (line.row as number) });
  };
  const tell = (result: RowResult) => {
    results.push(result);
    onResult?.(result);
  };
  for (let first = 0; first < rows.length; first += ROWS_CHECKED)
    await send(first, ROWS_CHECKED, true, dryRun ? tell : () => undefined);
  for (let first = 0; !dryRun && first < rows.length; first += ROWS_AT_ONCE)
    if (signal?.aborted)
      for (const [index, row] of rows.slice(first, first + ROWS_AT_ONCE).entries())
        tell({ row: first + index + 1, subdomain: String((row as { subdomain?: unknown }).subdomain), status: 'not_started' }); // biome-ignore format: one line
    else await send(first, ROWS_AT_ONCE, false, tell);
  return results.sort((a, b) => a.row - b.row);
}
