import { loadConfig, ObjectStoreConfig, openObjectStore } from '@finvera/common';
import type { ProvisioningConfig } from '../provisioning.config.js';
import { DumpBucket } from './dump-bucket.js';
import { DumpFolder } from './dump-folder.js';
import type { DumpStore } from './dump-store.js';

/** The folder or bucket of backups, as configured. @throws ConfigError when the bucket's settings are not usable */
export function openDumpStore({ ARCHIVE_DIR, BACKUP_S3_BUCKET: bucket }: ProvisioningConfig): DumpStore {
  if (bucket === '') return new DumpFolder(ARCHIVE_DIR);
  const objects = openObjectStore({ ...loadConfig(ObjectStoreConfig), OBJECT_STORE: 's3', S3_BUCKET: bucket });
  return new DumpBucket(objects, `the bucket ${bucket}`);
}
