import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { ContextId, ContextIdStrategy, HostComponentInfo } from '@nestjs/core';
import type { ServerResponse } from 'node:http';
import type { TenantLease } from '../pool/cached-tenant.js';
import { Presence } from '../presence/presence.js';

/** Where the front door leaves the lease on a request. */
export const TENANT_LEASE = Symbol.for('finvera.tenant-lease');

export interface LeasedRequest {
  [TENANT_LEASE]?: TenantLease;
}

/** The subdomain of the tenant that the request names; only on routes of tenants. */
export const CurrentSubdomain = createParamDecorator((_: unknown, context: ExecutionContext): string => {
  const { [TENANT_LEASE]: lease } = context.switchToHttp().getRequest<LeasedRequest>();
  if (!lease) throw new Error('CurrentSubdomain stands on a route that is no route of a tenant');
  return lease.subdomain;
});

/**
 * Takes a lease and leaves it on the request, where its providers are found by. It ends with the response, and when the
 * client hangs up before that, even while it waits for the lease.
 */
export async function holdLease(
  request: LeasedRequest,
  response: ServerResponse,
  take: (presence: Presence) => Promise<TenantLease>,
): Promise<TenantLease> {
  const presence = new Presence();
  response.once('close', () => presence.leave());
  if (response.closed) presence.leave();
  const lease = await take(presence);
  request[TENANT_LEASE] = lease;
  return lease;
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
