import { RedisConnections, type Tracing } from '@finvera/common';
import { MasterTenantDirectory, TenantChangeBus } from '@finvera/master-data';
import { RedisBudgetShares, type TenancyLimits, TenancyModule } from '@finvera/tenancy';
import type { DynamicModule } from '@nestjs/common';
import { ObservationModule } from './observation/observation.module.js';
import { PlatformObserver } from './observation/platform-observer.js';
import type { TenantSchema } from './tenant-schema.js';

export interface PlatformTenancyOptions {
  baseDomain: string;
  limits?: Partial<TenancyLimits>;
  /** Statements that take so many milliseconds or longer are logged and kept to look at; 0 or absent: none. */
  slowQueryMs?: number;
  /** Absent: nothing is traced. */
  tracing?: Tracing;
}

/** Tenancy over the master database: tenants are looked up there, and changes are announced by its bus. */
export const platformTenancy = (
  schema: TenantSchema,
  { baseDomain, limits, slowQueryMs = 0, tracing }: PlatformTenancyOptions,
): DynamicModule =>
  TenancyModule.forRootAsync({
    imports: [ObservationModule.forRoot({ slowQueryMs, tracing })],
    inject: [MasterTenantDirectory, TenantChangeBus, PlatformObserver, RedisConnections],
    useFactory: (
      directory: MasterTenantDirectory,
      changes: TenantChangeBus,
      observer: PlatformObserver,
      redis: RedisConnections,
    ) => ({
      directory,
      changes,
      observer,
      budgets: new RedisBudgetShares(redis),
      entities: schema.entities,
      minSchemaVersion: schema.minSchemaVersion,
      baseDomain,
      limits,
    }),
  });
