import { Injectable, type Type } from '@nestjs/common';
import { type ContextId, ModuleRef } from '@nestjs/core';
import { notFound } from '@finvera/common';
import { TenantCache } from './directory/tenant-cache.js';
import type { TenantDataSource } from './data-source/tenant-data-source.js';
import { type TenantLease, TenantPoolManager } from './pool/tenant-pool-manager.js';
import { TenantResolver } from './resolution/tenant-resolver.js';

/** What work inside a tenant is given. */
export interface TenantScope {
  readonly tenantId: string;
  readonly dataSource: TenantDataSource;
  /** A provider of this tenant's sub-tree, for example a use case of a feature module. */
  get<T>(token: Type<T> | symbol): Promise<T>;
}

/** The one door into a tenant outside HTTP: jobs, schedules, the command line and tests. */
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
