import { type DynamicModule, type FactoryProvider, Module, type OnModuleInit, Scope } from '@nestjs/common';
import { ContextIdFactory, REQUEST } from '@nestjs/core';
import type { EntityTarget, ObjectLiteral } from 'typeorm';
import type { TenantDataSource } from './data-source/tenant-data-source.js';
import { TenantCache } from './directory/tenant-cache.js';
import { TENANT_DATA_SOURCE, TENANT_READER, tenantRepositoryToken } from './injection/decorators.js';
import { TenantContextIdStrategy } from './injection/tenant-scope.js';
import { TenantPoolManager } from './pool/tenant-pool-manager.js';
import { TenantResolver } from './resolution/tenant-resolver.js';
import { Tenancy } from './tenancy.js';
import { TENANCY_LIMIT_DEFAULTS, TENANCY_LIMITS, TENANCY_OPTIONS, type TenancyOptions } from './tenancy.options.js';

const tenantDataSource: FactoryProvider = {
  provide: TENANT_DATA_SOURCE,
  scope: Scope.REQUEST,
  durable: true,
  inject: [REQUEST],
  useFactory: (payload?: { dataSource?: TenantDataSource }) => {
    if (payload?.dataSource) return payload.dataSource;
    throw new Error(
      'A tenant repository was asked for outside a tenant: mark the route as a company route, or use Tenancy.run().',
    );
  },
};

const tenantReader: FactoryProvider = {
  provide: TENANT_READER,
  scope: Scope.REQUEST,
  durable: true,
  inject: [TENANT_DATA_SOURCE],
  useFactory: (dataSource: TenantDataSource) => dataSource.reader,
};

export interface TenancyAsyncOptions {
  imports?: DynamicModule['imports'];
  inject?: FactoryProvider['inject'];
  useFactory: (...args: never[]) => TenancyOptions | Promise<TenancyOptions>;
}

/**
 * Multi-tenancy with a database per tenant. `forRoot` or `forRootAsync` once, with where tenants are looked up and what their
 * entities are; `forFeature` in each feature module with the entities whose repositories it injects.
 */
@Module({})
export class TenancyModule implements OnModuleInit {
  static forRoot(options: TenancyOptions): DynamicModule {
    return TenancyModule.forRootAsync({ useFactory: () => options });
  }

  static forRootAsync({ imports = [], inject = [], useFactory }: TenancyAsyncOptions): DynamicModule {
    return {
      module: TenancyModule,
      global: true,
      imports,
      providers: [
        { provide: TENANCY_OPTIONS, inject, useFactory },
        {
          provide: TENANCY_LIMITS,
          inject: [TENANCY_OPTIONS],
          useFactory: (options: TenancyOptions) => ({ ...TENANCY_LIMIT_DEFAULTS, ...options.limits }),
        },
        TenantCache,
        TenantResolver,
        TenantPoolManager,
        Tenancy,
        tenantDataSource,
        tenantReader,
      ],
      exports: [
        TENANCY_OPTIONS,
        TenantCache,
        TenantResolver,
        TenantPoolManager,
        Tenancy,
        TENANT_DATA_SOURCE,
        TENANT_READER,
      ],
    };
  }

  static forFeature(entities: readonly EntityTarget<ObjectLiteral>[]): DynamicModule {
    const providers = entities.map(
      (entity): FactoryProvider => ({
        provide: tenantRepositoryToken(entity),
        scope: Scope.REQUEST,
        durable: true,
        inject: [TENANT_DATA_SOURCE],
        useFactory: (dataSource: TenantDataSource) => dataSource.getRepository(entity),
      }),
    );
    return { module: TenantRepositoriesModule, providers, exports: providers.map(({ provide }) => provide) };
  }

  onModuleInit(): void {
    ContextIdFactory.apply(new TenantContextIdStrategy());
  }
}

@Module({})
class TenantRepositoriesModule {}
