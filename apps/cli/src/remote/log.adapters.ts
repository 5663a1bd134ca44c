import {
  type ApiKey,
  ChangeApiKeys,
  ChangeEndpoints,
  ExportAuditLog,
  FindApiKeys,
  FindWebhooks,
  ListAuditLog,
  ReplayDeliveries,
  TestEndpoint,
  type WebhookDelivery,
  type WebhookEndpoint,
} from '@finvera/master-data';
import { type Adapter, adapt, part } from './adapter.js';
import { entityOf } from './entities.js';
import type { RemoteApi } from './remote-api.js';

/** Audit log, API keys, webhooks. */
export function logAdapters(api: RemoteApi): Adapter[] {
  const endpointOf = ({ data }: { data: { webhook_endpoint: object } }) =>
    entityOf<WebhookEndpoint>(data.webhook_endpoint);
  const deliveryOf = (dto: object) => entityOf<WebhookDelivery>(dto);
  const withSecret = ({ data }: { data: { webhook_endpoint: object; signing: { secret: string } } }) => ({
    endpoint: endpointOf({ data }),
    secret: data.signing.secret,
  });

  return [
    adapt(ListAuditLog, {
      list: async (query) => {
        const { data, meta } = await api.get('audit-log', { ...query });
        return { entries: data.entries, nextCursor: meta!.next_cursor };
      },
    }),
    adapt(ExportAuditLog, {
      begin: ({ format, filter }) => api.stream('audit-log/export', { format, ...filter }),
    }),
    adapt(FindApiKeys, {
      list: async (query) => {
        const { data, meta } = await api.get('api-keys', { ...query });
        return { apiKeys: data.api_keys.map((dto: object) => entityOf<ApiKey>(dto)), total: meta!.total };
      },
      one: async (id) => entityOf<ApiKey>((await api.get(`api-keys/${part(id)}`)).data.api_key),
    }),
    adapt(ChangeApiKeys, {
      create: async (body) => {
        const { key, ...dto } = (await api.post('api-keys', body)).data.api_key;
        return { apiKey: entityOf<ApiKey>(dto), key };
      },
      revoke: async (id) => entityOf<ApiKey>((await api.delete(`api-keys/${part(id)}`)).data.api_key),
    }),
    adapt(FindWebhooks, {
      endpoints: async (query) => {
        const { data, meta } = await api.get('webhook-endpoints', { ...query });
        return { endpoints: data.webhook_endpoints.map((dto: object) => entityOf<WebhookEndpoint>(dto)), total: meta!.total }; // biome-ignore format: one line
      },
      endpoint: async (id) => endpointOf(await api.get(`webhook-endpoints/${part(id)}`)),
      deliveries: async (query) => {
        const { data, meta } = await api.get('webhook-deliveries', { ...query });
        return { deliveries: data.webhook_deliveries.map(deliveryOf), total: meta!.total };
      },
    }),
    adapt(ChangeEndpoints, {
      add: async (body) => withSecret(await api.post('webhook-endpoints', body)),
      change: async (id, body) => endpointOf(await api.put(`webhook-endpoints/${part(id)}`, body)),
      remove: async (id) => {
        await api.delete(`webhook-endpoints/${part(id)}`);
      },
      rotateSecret: async (id) => withSecret(await api.post(`webhook-endpoints/${part(id)}/rotate-secret`)),
    }),
    adapt(TestEndpoint, {
      run: async (id) => (await api.post(`webhook-endpoints/${part(id)}/test`)).data.test,
    }),
    adapt(ReplayDeliveries, {
      one: async (id) => deliveryOf((await api.post(`webhook-deliveries/${part(id)}/replay`)).data.webhook_delivery),
      since: async (id, body) => (await api.post(`webhook-endpoints/${part(id)}/replay`, body)).data.replay,
    }),
  ];
}
