import type { Backup, Tenant } from '@finvera/master-data';
import { Injectable } from '@nestjs/common';
import { differences, differencesBesideWriting, readContents } from '../dumps/database-contents.js';
import { ServerConnections } from '../servers/server-connections.js';
import { dropDatabase, killConnections } from '../servers/tenant-database.js';
import { BackupStore } from './backup-store.js';
import { CheckBooks } from './check-books.js';
import { BackupFiles } from './backup-files.js';
import { backupDiffers, LoadBackup, type LoadTarget } from './load-backup.js';

/** Databases of trial restores; the backup's id makes the name its own. */
export const TRIAL_PREFIX = 'finvera_trial_';
const trialDatabase = ({ id }: Backup) => `${TRIAL_PREFIX}${id.replaceAll('-', '')}`;

export interface VerifyOptions {
  serverId: string;
  signal: AbortSignal;
  writtenMeanwhile?: Tenant;
}

/** Proves a backup: restores it into a database of its own, compares, and drops that again. */
@Injectable()
export class VerifyBackup {
  constructor(
    private readonly store: BackupStore,
    private readonly files: BackupFiles,
    private readonly load: LoadBackup,
    private readonly servers: ServerConnections,
    private readonly checkBooks: CheckBooks,
  ) {}

  /**
   * @param options.writtenMeanwhile the company, when it was at work while the backup was written: its tables may then
   *   have gone on from what was read before the snapshot, but nothing else may differ
   * @throws DomainError 500 `backup_damaged`, `backup_differs`, `books_differ`
   */
  async run(backup: Backup, options: VerifyOptions): Promise<void> {
    await this.prove(backup, options);
    await this.store.verified(backup.id);
  }

  /** As `run`, but the row says nothing of it. */
  async prove(backup: Backup, { serverId, signal, writtenMeanwhile }: VerifyOptions): Promise<void> {
    const target = { serverId, database: trialDatabase(backup), signal };
    try {
      if (writtenMeanwhile) await this.compareWithWriting(backup, target, writtenMeanwhile);
      else await this.load.run(backup, target);
      await this.checkBooks.run(serverId, target.database);
    } finally {
      await this.undo(backup, serverId);
    }
  }

  /** The record then says what the copy holds, not what the company held a moment before. */
  private async compareWithWriting(backup: Backup, target: LoadTarget, tenant: Tenant): Promise<void> {
    const loaded = await this.load.contents(backup, target);
    if (differences(backup.contents!, loaded).length === 0) return;
    const now = await this.servers.use(target.serverId, (session) => readContents(session, tenant.dbName));
    const faults = differencesBesideWriting(backup.contents!, loaded, now);
    if (faults.length > 0) throw backupDiffers(faults);
    backup.contents = loaded;
    await this.files.writeManifest(backup, tenant);
    await this.store.foundIn(backup.id, loaded);
  }

  /** Leaves no trial database. */
  async undo(backup: Backup, serverId: string): Promise<void> {
    await this.servers.use(serverId, async (session) => {
      await killConnections(session, trialDatabase(backup));
      await dropDatabase(session, trialDatabase(backup));
    });
  }
}
