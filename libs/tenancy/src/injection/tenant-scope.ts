import type { ContextId, ContextIdStrategy, HostComponentInfo } from '@nestjs/core';
import type { ServerResponse } from 'node:http';
import type { TenantLease } from '../pool/tenant-pool-manager.js';

/** Where the front door leaves the lease on a request. */
export const TENANT_LEASE = Symbol.for('finvera.tenant-lease');

export interface LeasedRequest {
  [TENANT_LEASE]?: TenantLease;
}

/**
 * Leaves the lease on the request, where its providers are found by; it ends with the response, and when the client hangs
 * up before that.
 */
export function holdLease(lease: TenantLease, request: LeasedRequest, response: ServerResponse): void {
  request[TENANT_LEASE] = lease;
  response.once('close', () => lease.release());
  if (response.closed) lease.release();
}

/**
 * Maps every request of a tenant to the context of that tenant's cache entry: durable providers are built once per
 * cached tenant. Nest keeps them in WeakMaps under that context, so they go when the entry goes.
 */
export class TenantContextIdStrategy implements ContextIdStrategy {
  attach(contextId: ContextId, request: LeasedRequest & { raw?: LeasedRequest }) {
    const lease = request[TENANT_LEASE] ?? request.raw?.[TENANT_LEASE];
    return {
      resolve: (host: HostComponentInfo) => (host.isTreeDurable && lease ? lease.contextId : contextId),
      payload: lease ? { dataSource: lease.dataSource } : {},
    };
  }
}
