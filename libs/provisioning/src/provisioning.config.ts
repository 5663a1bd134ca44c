import { IntegerSetting } from '@finvera/common';

/** Settings of the life of tenants. */
export class ProvisioningConfig {
  /** Days between the deletion of a company and the end of its database. */
  @IntegerSetting(0, 3_650)
  DELETE_GRACE_DAYS: number = 30;

  /** Operations that one process works on at a time. */
  @IntegerSetting(1, 64)
  OPERATIONS_CONCURRENCY: number = 4;

  /** Databases that each server has ready beforehand, for creations that somebody waits for; 0 for none. */
  @IntegerSetting(0, 1_000)
  WARM_DATABASES_PER_SERVER: number = 2;

  /** Companies that a bulk creation makes at a time on one database server. */
  @IntegerSetting(1, 32)
  BULK_CREATIONS_PER_SERVER: number = 4;

  /** Milliseconds between two looks for operations that nobody works on. */
  @IntegerSetting(100, 600_000)
  RECONCILE_EVERY_MS: number = 2_000;
}
