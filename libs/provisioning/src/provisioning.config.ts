import { IntegerSetting } from '@finvera/common';

/** Settings of the life of tenants. */
export class ProvisioningConfig {
  /** Days between the deletion of a company and the end of its database. */
  @IntegerSetting(0, 3_650)
  DELETE_GRACE_DAYS: number = 30;

  /** Operations that one process works on at a time. */
  @IntegerSetting(1, 64)
  OPERATIONS_CONCURRENCY: number = 4;

  /** Milliseconds between two looks for operations that nobody works on. */
  @IntegerSetting(100, 600_000)
  RECONCILE_EVERY_MS: number = 2_000;
}
