import { DomainError } from '@finvera/common';
import type { Backup, DatabaseContents } from '@finvera/master-data';
import { Injectable } from '@nestjs/common';
import { differences, readContents } from '../dumps/database-contents.js';
import { backupDamaged, loadDump } from '../dumps/load-dump.js';
import { ProvisioningConfig } from '../provisioning.config.js';
import { ServerConnections } from '../servers/server-connections.js';
import { createDatabase, killConnections } from '../servers/tenant-database.js';
import { BackupFiles } from './backup-files.js';
import { BackupStore } from './backup-store.js';

export interface LoadTarget {
  serverId: string;
  /** made anew: whatever stood under this name is gone */
  database: string;
  signal: AbortSignal;
}

/** Loads a backup into a new database and compares what stands there with what was written. */
@Injectable()
export class LoadBackup {
  constructor(
    private readonly store: BackupStore,
    private readonly files: BackupFiles,
    private readonly servers: ServerConnections,
    private readonly config: ProvisioningConfig,
  ) {}

  /**
   * @throws DomainError 500 `backup_damaged` when the file is gone, changed or cut off; `backup_differs` when what was
   *   loaded is not what was written. The database must then be dropped.
   */
  async run(backup: Backup, target: LoadTarget): Promise<void> {
    const faults = differences(backup.contents!, await this.contents(backup, target));
    if (faults.length > 0) throw backupDiffers(faults);
  }

  /**
   * As `run`, without comparing.
   * @returns what stands in the database now
   * @throws DomainError 500 `backup_damaged`
   */
  async contents(backup: Backup, { serverId, database, signal }: LoadTarget): Promise<DatabaseContents> {
    if (!(await this.files.isThere(backup))) throw backupDamaged('its file is missing or has another length');
    const key = await this.store.keyOf(backup);
    const engine = await this.servers.use(serverId, async (session) => {
      await killConnections(session, database); // of a killed try, whose client may still load
      await createDatabase(session, database);
      const [row] = await session.query<{ version: string }>('SELECT VERSION() AS version');
      return row!.version;
    });
    const target = { ...(await this.servers.target(serverId)), database, engine };
    const limited = AbortSignal.any([signal, AbortSignal.timeout(this.config.DUMP_MAX_MINUTES * 60_000)]);
    await loadDump(this.files.read(backup), target, { programs: this.config.DUMP_PROGRAMS_DIR, key, signal: limited });
    return this.servers.use(serverId, (session) => readContents(session, database));
  }
}

export const backupDiffers = (faults: readonly string[]) =>
  new DomainError(
    'backup_differs',
    500,
    `What was restored is not what was written: ${faults.slice(0, 5).join('; ')}.`,
  );
