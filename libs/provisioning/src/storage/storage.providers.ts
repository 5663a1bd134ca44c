import { ApplyStorageLimit } from './apply-storage-limit.js';
import { MeasureAfterGrowth } from './measure-after-growth.js';
import { MeasureTenant } from './measure-tenant.js';
import { ReadStorage } from './read-storage.js';
import { RecordSizes } from './record-sizes.js';
import { StorageController } from './storage.controller.js';
import { StorageMetrics } from './storage-metrics.js';
import { UpdateStorageStats } from './update-storage-stats.js';

/** What ProvisioningModule takes of this folder. */
export const STORAGE_CONTROLLERS = [StorageController];
export const STORAGE_USE_CASES = [UpdateStorageStats, MeasureTenant, MeasureAfterGrowth, ReadStorage];
export const STORAGE_PROVIDERS = [...STORAGE_USE_CASES, RecordSizes, ApplyStorageLimit, StorageMetrics];
