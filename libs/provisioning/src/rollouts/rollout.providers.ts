import { ChangeUpgradeWindow } from './change-upgrade-window.js';
import { ClaimTenants } from './claim-tenants.js';
import { ExamineMigrations } from './examine-migrations.js';
import { FindRollouts } from './find-rollouts.js';
import { UpgradeWindowController } from './upgrade-window.controller.js';
import { MigrateTenant } from './migrate-tenant.js';
import { PlanRollout } from './plan-rollout.js';
import { RecordResults } from './record-results.js';
import { RehearseMigration, RehearseMigrationOperation } from './rehearse-migration.operation.js';
import { RolloutDriver } from './rollout-driver.js';
import { RolloutProgress } from './rollout-progress.js';
import { RolloutStore } from './rollout-store.js';
import { RolloutWorker } from './rollout-worker.js';
import { RolloutsController } from './rollouts.controller.js';
import { SchemaVersions } from './schema/schema-versions.js';
import { StartRollout } from './start-rollout.js';
import { SteerRollout } from './steer-rollout.js';
import { MigrateTenantOperation, RevertTenantOperation } from './tenant-migration.operation.js';
import { VerifySchemas } from './verify-schemas.js';

/** What ProvisioningModule takes of this folder. */
export const ROLLOUT_CONTROLLERS = [RolloutsController, UpgradeWindowController];
export const ROLLOUT_KINDS = [MigrateTenantOperation, RevertTenantOperation, RehearseMigrationOperation];
export const ROLLOUT_USE_CASES = [
  StartRollout,
  PlanRollout,
  SteerRollout,
  FindRollouts,
  RehearseMigration,
  VerifySchemas,
  ExamineMigrations,
  ChangeUpgradeWindow,
  RolloutDriver,
];
export const ROLLOUT_PROVIDERS = [
  SchemaVersions,
  MigrateTenant,
  RolloutStore,
  ClaimTenants,
  RecordResults,
  RolloutProgress,
  ...ROLLOUT_USE_CASES,
];
export const ROLLOUT_WORKERS = [RolloutWorker];
