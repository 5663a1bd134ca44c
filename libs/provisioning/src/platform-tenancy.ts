import { MasterTenantDirectory, TenantChangeBus } from '@finvera/master-data';
import { type TenancyLimits, TenancyModule } from '@finvera/tenancy';
import type { DynamicModule } from '@nestjs/common';
import type { TenantSchema } from './tenant-schema.js';

/** Tenancy over the master database: tenants are looked up there, and changes are announced by its bus. */
export const platformTenancy = (
  schema: TenantSchema,
  { baseDomain, limits }: { baseDomain: string; limits?: Partial<TenancyLimits> },
): DynamicModule =>
  TenancyModule.forRootAsync({
    inject: [MasterTenantDirectory, TenantChangeBus],
    useFactory: (directory: MasterTenantDirectory, changes: TenantChangeBus) => ({
      directory,
      changes,
      entities: schema.entities,
      minSchemaVersion: schema.minSchemaVersion,
      baseDomain,
      limits,
    }),
  });
