import type { Backup, Tenant } from '@finvera/master-data';
import { Injectable } from '@nestjs/common';
import type { Readable } from 'node:stream';
import { DumpStore, type StoredFile } from '../dumps/dump-store.js';

const FORMAT = 1;

/** Sealed dump of a backup: `<tenant id>/<backup id>.sql.zst.sealed`. */
const dumpName = ({ tenantId, id }: Backup) => `${tenantId}/${id}.sql.zst.sealed`;
const manifestName = ({ tenantId, id }: Backup) => `${tenantId}/${id}.json`;

/** The two files of a backup: the sealed dump, and beside it a manifest that says what is in it. */
@Injectable()
export class BackupFiles {
  constructor(private readonly folder: DumpStore) {}

  write(backup: Backup, fill: (sink: NodeJS.WritableStream) => Promise<void>): Promise<StoredFile> {
    return this.folder.write(dumpName(backup), fill);
  }

  read(backup: Backup): Readable {
    return this.folder.read(dumpName(backup));
  }

  /**
   * The manifest: with it and ENCRYPTION_KEY the dump can be opened also when the master database is lost.
   * @param backup as it stands when the dump is written
   */
  async writeManifest(backup: Backup, tenant: Tenant): Promise<void> {
    const { id, kind, tenantId, dbName, engine, schemaVersion, sizeBytes, sha256, dataKey, contents } = backup;
    const manifest = {
      format: FORMAT,
      backup_id: id,
      kind,
      tenant: { id: tenantId, company_name: tenant.companyName, subdomain: tenant.subdomain },
      created_at: backup.createdAt.toISOString(),
      db_name: dbName,
      engine,
      schema_version: schemaVersion,
      file: { size_bytes: Number(sizeBytes), sha256, compression: 'zstd', sealed: 'AES-256-GCM', data_key: dataKey },
      contents,
    };
    await this.folder.writeText(manifestName(backup), `${JSON.stringify(manifest, null, 2)}\n`);
  }

  /** Whether the dump lies there in its full length. */
  async isThere(backup: Backup): Promise<boolean> {
    return (await this.folder.size(dumpName(backup))) === Number(backup.sizeBytes);
  }

  async remove(backup: Backup): Promise<void> {
    await this.folder.remove(manifestName(backup));
    await this.folder.remove(dumpName(backup));
  }
}
