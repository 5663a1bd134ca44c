import { notFound } from '@finvera/common';
import { ListPlans, type Plan } from '@finvera/master-data';
import {
  AddServer,
  ChangeServer,
  FindRollouts,
  ListSchedules,
  ListSlowQueries,
  ReadServers,
  RequestRun,
  RolloutDriver,
  RunSchedule,
  type ScheduleDto,
  type ServerDto,
  StartRollout,
  SteerOperation,
  SteerRollout,
  TakeCensus,
} from '@finvera/provisioning';
import { type Adapter, adapt, part } from './adapter.js';
import { entityOf, operationOf, rolloutOf, rolloutViewOf, scheduleRunOf } from './entities.js';
import type { RemoteApi } from './remote-api.js';

const SERVERS_LOOKED_THROUGH = 500;

/** Operations, rollouts, schedules, servers, census. */
export function fleetAdapters(api: RemoteApi): Adapter[] {
  const operation = async (path: string, steer?: 'retry' | 'cancel') =>
    operationOf((await (steer ? api.post(`${path}/${steer}`) : api.get(path))).data.operation);
  const steered = async (path: string, body?: object) =>
    rolloutOf((await api.post(`rollouts/${path}`, body)).data.rollout);

  return [
    adapt(SteerOperation, {
      one: (id) => operation(`operations/${part(id)}`),
      retry: (id) => operation(`operations/${part(id)}`, 'retry'),
      cancel: (id) => operation(`operations/${part(id)}`, 'cancel'),
      list: async (query) => {
        const { data, meta } = await api.get('operations', { ...query });
        return { operations: data.operations.map(operationOf), total: meta!.total };
      },
    }),
    adapt(FindRollouts, {
      one: async (id) => rolloutViewOf((await api.get(`rollouts/${part(id)}`)).data.rollout),
      last: async () => {
        const [newest] = (await api.get('rollouts', { limit: 1 })).data.rollouts;
        if (!newest) throw notFound('rollout', 'of this platform', 'rollout_not_found');
        return rolloutViewOf(newest);
      },
      list: async (query) => {
        const { data, meta } = await api.get('rollouts', { ...query });
        return { rollouts: data.rollouts.map(rolloutViewOf), total: meta!.total };
      },
      tenants: async (id, query) => {
        const { data, meta } = await api.get(`rollouts/${part(id)}/tenants`, { ...query });
        const rows = (data.tenants as { error: { code: string; message: string } | null }[]).map(({ error, ...dto }) =>
          entityOf(dto, { errorCode: error?.code ?? null, errorMessage: error?.message ?? null }),
        );
        return { tenants: rows as never, total: meta!.total };
      },
      laggards: async ({ target, ...query }) => {
        const { data, meta } = await api.get('rollouts/laggards', { ...query, target_version: target });
        return { laggards: data.laggards.map((dto: object) => entityOf(dto)), total: meta!.total };
      },
    }),
    adapt(SteerRollout, {
      pause: (id) => steered(`${part(id)}/pause`),
      resume: (id) => steered(`${part(id)}/resume`),
      rollback: (id, wave) => steered(`${part(id)}/rollback`, { wave }),
      skip: (id, tenantId, reason) => steered(`${part(id)}/tenants/${part(tenantId)}/skip`, { reason }),
      resolve: (id, tenantId) => steered(`${part(id)}/tenants/${part(tenantId)}/resolve`),
    }),
    adapt(StartRollout, {
      start: async (rollout) =>
        rolloutOf(
          (
            await api.post('rollouts', {
              target_version: rollout.targetVersion,
              wave_sizes: rollout.waveSizes,
              stop_after_failures: rollout.stopAfterFailures,
              concurrency_per_server: rollout.concurrencyPerServer,
              allow_locking: rollout.allowLocking,
              not_before: rollout.notBefore?.toISOString(),
              tenant_ids: rollout.tenantIds,
              canary_tenant_id: rollout.canaryTenantId,
            })
          ).data.rollout,
        ),
    }),
    // the platform's own workers drive it
    adapt(RolloutDriver, { run: (async () => false) as never }),
    adapt(ListSchedules, {
      list: async () =>
        ((await api.get('schedules')).data.schedules as ScheduleDto[]).map((dto) => ({
          schedule: { name: dto.name, description: dto.description, everyMs: dto.every_seconds * 1_000 } as never,
          nextRunAt: dto.next_run_at === null ? null : new Date(dto.next_run_at),
          lastRun: dto.last_run && scheduleRunOf(dto.last_run),
        })),
      runsOf: async (name, query) => {
        const { data, meta } = await api.get(`schedules/${part(name)}/runs`, { ...query });
        return { runs: data.runs.map(scheduleRunOf), total: meta!.total };
      },
      one: async (name, id) => scheduleRunOf((await api.get(`schedules/${part(name)}/runs/${part(id)}`)).data.run),
    }),
    adapt(RequestRun, {
      request: async (name) => scheduleRunOf((await api.post(`schedules/${part(name)}/run`)).data.run),
    }),
    adapt(RunSchedule, { run: (async () => false) as never }),
    adapt(ReadServers, {
      one: async (id) => (await api.get(`servers/${part(id)}`)).data.server,
      named: async (name) => {
        const { data } = await api.get('servers', { limit: SERVERS_LOOKED_THROUGH });
        const found = (data.servers as ServerDto[]).find((server) => server.id === name || server.name === name);
        if (!found) throw notFound('database server', name, 'server_not_found');
        return found;
      },
      list: async (query) => {
        const { data, meta } = await api.get('servers', { ...query });
        return { servers: data.servers, total: meta!.total };
      },
    }),
    adapt(AddServer, { add: async (body) => (await api.post('servers', body)).data.server.id }),
    adapt(ChangeServer, {
      change: async (id, body) => {
        await api.put(`servers/${part(id)}`, body);
      },
    }),
    adapt(ListPlans, {
      list: async (query) => {
        const { data, meta } = await api.get('plans', { ...query });
        return { plans: data.plans.map((dto: object) => entityOf<Plan>(dto)), total: meta!.total };
      },
    }),
    adapt(ListSlowQueries, {
      list: async (tenantId, query) => {
        const { data, meta } = await api.get(`tenants/${part(tenantId)}/slow-queries`, { ...query });
        return { queries: data.slow_queries, total: meta!.total, shared: true };
      },
    }),
    adapt(TakeCensus, { run: async () => (await api.get('census')).data.census }),
  ];
}
