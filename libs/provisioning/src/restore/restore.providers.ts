import { DropPreviousDatabases } from './drop-previous-databases.js';
import { NewCopy } from './new-copy.js';
import { PreviousDatabases } from './previous-databases.js';
import { RestoreAsCopy } from './restore-as-copy.js';
import { RestoreInPlace } from './restore-in-place.js';
import { RestoreTenantOperation } from './restore-tenant.operation.js';
import { RestoreController } from './restore.controller.js';
import { RestoredDatabase } from './restored-database.js';
import { StartRestore } from './start-restore.js';

/** What ProvisioningModule takes of this folder. */
export const RESTORE_CONTROLLERS = [RestoreController];
export const RESTORE_KINDS = [RestoreTenantOperation];
export const RESTORE_USE_CASES = [StartRestore, PreviousDatabases];
export const RESTORE_PROVIDERS = [
  ...RESTORE_USE_CASES,
  NewCopy,
  RestoredDatabase,
  RestoreInPlace,
  RestoreAsCopy,
  DropPreviousDatabases,
];
