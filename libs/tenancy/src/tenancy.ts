import { Injectable, type Type } from '@nestjs/common';
import { type ContextId, ModuleRef } from '@nestjs/core';
import { notFound } from '@finvera/common';
import type { ServerResponse } from 'node:http';
import { TenantCache } from './directory/tenant-cache.js';
import type { TenantDataSource } from './data-source/tenant-data-source.js';
import type { TenantRecord } from './directory/tenant-directory.js';
import { holdLease, type LeasedRequest, TENANT_LEASE } from './injection/tenant-scope.js';
import type { TenantLease } from './pool/cached-tenant.js';
import { TenantPoolManager } from './pool/tenant-pool-manager.js';
import { type TenantClaims, TenantResolver } from './resolution/tenant-resolver.js';

/** What work inside a tenant is given. */
export interface TenantScope {
  readonly tenantId: string;
  readonly dataSource: TenantDataSource;
  /** A provider of this tenant's sub-tree, for example a use case of a feature module. */
  get<T>(token: Type<T> | symbol): Promise<T>;
}

/** A request as Node's HTTP frameworks have it, with what the answer is written to. */
interface Answerable {
  raw: ServerResponse;
}

/** The door into a tenant: `admit` for requests, `run` for jobs, schedules, the command line and tests. */
@Injectable()
export class Tenancy {
  /** goes with the cache entry, as the context does */
  private readonly scopes = new WeakMap<ContextId, TenantScope>();

  constructor(
    private readonly cache: TenantCache,
    private readonly resolver: TenantResolver,
    private readonly pools: TenantPoolManager,
    private readonly moduleRef: ModuleRef,
  ) {}

  /**
   * Resolves, validates and leases the tenant that a request names; repositories are injected from it until the answer is
   * sent. Call it before Nest builds anything for the request: in a Fastify `onRequest` hook.
   * @returns null when the request names no tenant
   * @throws DomainError (its `statusCode` is the HTTP status) for a tenant that is not there or cannot be used now
   */
  async admit(request: LeasedRequest, { raw }: Answerable, claims: TenantClaims): Promise<TenantRecord | null> {
    const tenant = await this.resolver.resolve(claims);
    if (!tenant) return null;
    this.resolver.assertUsable(tenant);
    await holdLease(request, raw, (presence) => this.pools.lease(tenant, presence));
    return tenant;
  }

  /** A Fastify `onRequest` hook for applications whose tenants are named by the host alone. */
  readonly admitByHost = (
    request: LeasedRequest & { headers: { host?: string } },
    reply: Answerable,
    done: (error?: Error) => void,
  ): void => {
    this.admit(request, reply, { host: request.headers.host }).then(() => {
      const lease = request[TENANT_LEASE];
      if (lease) lease.within(done);
      else done();
    }, done);
  };

  /**
   * Runs work inside one tenant and releases it afterwards.
   * @throws DomainError when there is no such tenant or it cannot be used now
   */
  async run<T>(tenantId: string, work: (scope: TenantScope) => Promise<T>): Promise<T> {
    const record = await this.cache.byId(tenantId);
    if (!record) throw notFound('company', tenantId, 'tenant_not_found');
    this.resolver.assertUsable(record);
    const lease = await this.pools.lease(record);
    try {
      return await work(this.scopeOf(lease));
    } finally {
      lease.release();
    }
  }

  /** The scope of a lease that somebody holds. What it gives is found once per cached tenant. */
  scopeOf(lease: TenantLease): TenantScope {
    let scope = this.scopes.get(lease.contextId);
    if (!scope) {
      scope = this.newScope(lease);
      this.scopes.set(lease.contextId, scope);
    }
    return scope;
  }

  private newScope({ tenantId, dataSource, contextId }: TenantLease): TenantScope {
    this.moduleRef.registerRequestByContextId({ dataSource }, contextId);
    const given = new Map<unknown, Promise<unknown>>();
    const get = <T>(token: Type<T> | symbol): Promise<T> => {
      let provider = given.get(token) as Promise<T> | undefined;
      if (!provider) {
        provider = this.moduleRef.resolve<T>(token, contextId, { strict: false });
        given.set(token, provider);
      }
      return provider;
    };
    return { tenantId, dataSource, get };
  }
}
