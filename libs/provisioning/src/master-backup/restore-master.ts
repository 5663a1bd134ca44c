import { conflict, SecretBox } from '@finvera/common';
import { encryptionKeysOf, type MasterConfig } from '@finvera/master-data';
import { backupDiffers } from '../backups/load-backup.js';
import { differences, readContents } from '../dumps/database-contents.js';
import { openDumpStore } from '../dumps/open-dump-store.js';
import { backupDamaged, loadDump } from '../dumps/load-dump.js';
import type { ProvisioningConfig } from '../provisioning.config.js';
import { type ServerSession, withServer } from '../servers/server-connections.js';
import { createNewDatabase, dropDatabase, killConnections } from '../servers/tenant-database.js';
import { MasterBackupFiles, type MasterManifest } from './master-backup-files.js';
import { masterServerOf } from './master-server.js';

export interface RestoredMaster {
  backup_id: string;
  taken_at: string;
  database: string;
  companies: number;
  /** that were under way when the backup was taken: workers will go on with them */
  unfinished_operations: number;
}

/** Restores the master database from a file. It asks no master database: there may be none. */
export class RestoreMaster {
  private readonly files: MasterBackupFiles;

  constructor(
    private readonly masterConfig: MasterConfig,
    private readonly config: ProvisioningConfig,
  ) {
    this.files = new MasterBackupFiles(openDumpStore(config));
  }

  list(): Promise<MasterManifest[]> {
    return this.files.list();
  }

  /**
   * @param id or `latest`
   * @param database must not exist yet
   * @throws DomainError 404 `backup_not_found`; 409 `database_exists`, `encryption_key_unknown`; 500 `backup_damaged`,
   *   `backup_differs`. No database is left then.
   */
  async run(id: string, database: string = this.masterConfig.MASTER_DB_NAME): Promise<RestoredMaster> {
    const manifest = await this.files.one(id);
    if (!(await this.files.isThere(manifest))) throw backupDamaged('its file is missing or has another length');
    const key = await this.keyOf(manifest);
    return withServer(masterServerOf(this.masterConfig), async (session) => {
      if (!(await createNewDatabase(session, database)))
        throw conflict(
          'database_exists',
          `The database ${database} exists and is not touched; restore into another one with --into, or drop it first.`,
        );
      try {
        await this.load(session, manifest, database, key);
      } catch (error) {
        await killConnections(session, database);
        await dropDatabase(session, database);
        throw error;
      }
      const [count] = await session.query<{ n: string }>(
        "SELECT COUNT(*) AS n FROM ??.tenant_operations WHERE status IN ('queued', 'running', 'undoing')",
        [database],
      );
      const { backup_id, created_at, companies } = manifest;
      return { backup_id, taken_at: created_at, database, companies, unfinished_operations: Number(count!.n) };
    });
  }

  private async load(session: ServerSession, manifest: MasterManifest, database: string, key: Buffer): Promise<void> {
    const [row] = await session.query<{ version: string }>('SELECT VERSION() AS version');
    const target = { ...masterServerOf(this.masterConfig), database, engine: row!.version };
    const signal = AbortSignal.timeout(this.config.DUMP_MAX_MINUTES * 60_000);
    await loadDump(this.files.read(manifest.backup_id), target, {
      programs: this.config.DUMP_PROGRAMS_DIR,
      key,
      signal,
    });
    const faults = differences(manifest.contents, await readContents(session, database));
    if (faults.length > 0) throw backupDiffers(faults);
  }

  private async keyOf({ backup_id, file }: MasterManifest): Promise<Buffer> {
    const { current, others } = encryptionKeysOf(this.masterConfig);
    try {
      return Buffer.from(await new SecretBox(current, others).decrypt(file.data_key), 'base64');
    } catch (error) {
      throw conflict(
        'encryption_key_unknown',
        `The backup ${backup_id} was sealed under another ENCRYPTION_KEY; give the one of that time as ENCRYPTION_KEY, or in ENCRYPTION_KEYS_PREVIOUS.`,
        { cause: error },
      );
    }
  }
}
