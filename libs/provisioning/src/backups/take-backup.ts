import { DomainError } from '@finvera/common';
import type { Backup, BackupKind, Tenant } from '@finvera/master-data';
import { Injectable, Logger } from '@nestjs/common';
import { readContents } from '../dumps/database-contents.js';
import { DumpStore } from '../dumps/dump-store.js';
import { writeDump } from '../dumps/write-dump.js';
import { ProvisioningConfig } from '../provisioning.config.js';
import { ServerConnections } from '../servers/server-connections.js';
import { databaseSizeMb } from '../servers/tenant-database.js';
import { BackupFiles } from './backup-files.js';
import { BackupStore } from './backup-store.js';

export interface BackupRequest {
  tenant: Tenant;
  /** the operation that asks: for one there is one backup at most */
  operationId: string;
  kind: BackupKind;
  signal: AbortSignal;
}

const BYTES_PER_MB = 1_048_576;
const UNWRITABLE = new Set(['ENOSPC', 'EDQUOT', 'EROFS', 'EACCES', 'EPERM', 'ENOTDIR', 'EEXIST', 'EIO']);

/**
 * Writes a company's database into a sealed file, as one snapshot. Its contents are read before: when the company is at
 * work, they may have gone on by the time of the snapshot.
 */
@Injectable()
export class TakeBackup {
  private readonly logger = new Logger(TakeBackup.name);

  constructor(
    private readonly store: BackupStore,
    private readonly files: BackupFiles,
    private readonly folder: DumpStore,
    private readonly servers: ServerConnections,
    private readonly config: ProvisioningConfig,
  ) {}

  /**
   * Done twice it leaves one: a backup that was written whole stays, half of one is written anew.
   * @throws DomainError 503 `backup_storage_unavailable` when the folder has no room or cannot be written
   */
  async run({ tenant, operationId, kind, signal }: BackupRequest): Promise<Backup> {
    const earlier = await this.store.ofOperation(operationId);
    if (earlier && earlier.status !== 'writing' && (await this.files.isThere(earlier))) return earlier;
    const { contents, sizeMb } = await this.servers.use(tenant.serverId, async (session) => ({
      contents: await readContents(session, tenant.dbName),
      sizeMb: await databaseSizeMb(session, tenant.dbName),
    }));
    try {
      await this.assertRoom(sizeMb);
      const backup = await this.store.begin(tenant, operationId, kind, contents.engine);
      const key = await this.store.keyOf(backup);
      const source = {
        ...(await this.servers.target(tenant.serverId)),
        database: tenant.dbName,
        engine: contents.engine,
      };
      const limited = AbortSignal.any([signal, AbortSignal.timeout(this.config.DUMP_MAX_MINUTES * 60_000)]);
      const file = await this.files.write(backup, (sink) =>
        writeDump(source, sink, { programs: this.config.DUMP_PROGRAMS_DIR, key, signal: limited }),
      );
      Object.assign(backup, { sizeBytes: String(file.bytes), sha256: file.sha256, contents });
      await this.files.writeManifest(backup, tenant);
      await this.store.written(backup.id, file, contents);
    } catch (error) {
      throw orUnwritable(error, this.folder.place);
    }
    return (await this.store.ofOperation(operationId))!;
  }

  /**
   * Removes file, manifest and row of an operation's backup, or whatever a killed try left of them. Where the folder
   * cannot be written now, the company does not wait for it: the backup's time is over and it goes with the next round.
   */
  async undo(operationId: string): Promise<void> {
    const backup = await this.store.ofOperation(operationId);
    if (!backup) return;
    try {
      await this.files.remove(backup);
    } catch (error) {
      this.logger.warn({ msg: 'backup to be removed later', backup_id: backup.id, err: error });
      return this.store.expire(backup.id);
    }
    await this.store.forget(backup.id);
  }

  /** A dump is not larger than the database's files: refused before anything is written, not half-way. */
  private async assertRoom(sizeMb: number): Promise<void> {
    const freeBytes = await this.folder.freeBytes();
    if (freeBytes === null) return;
    const freeMb = freeBytes / BYTES_PER_MB;
    if (freeMb < sizeMb)
      throw storageUnavailable(
        `the database takes ${Math.ceil(sizeMb)} MB and ${this.folder.place} has room for ${Math.floor(freeMb)}`,
      );
  }
}

/** A folder that cannot be written as people are told of it; any other error as it is. */
export function orUnwritable(error: unknown, folder: string): unknown {
  const { code } = error as NodeJS.ErrnoException;
  return UNWRITABLE.has(code ?? '') ? storageUnavailable(`${folder} cannot be written (${code})`, error) : error;
}

const storageUnavailable = (what: string, cause?: unknown) =>
  new DomainError('backup_storage_unavailable', 503, `No backup can be written: ${what}.`, { cause });
