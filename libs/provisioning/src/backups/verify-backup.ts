import type { Backup } from '@finvera/master-data';
import { Injectable } from '@nestjs/common';
import { ServerConnections } from '../servers/server-connections.js';
import { dropDatabase, killConnections } from '../servers/tenant-database.js';
import { BackupStore } from './backup-store.js';
import { LoadBackup } from './load-backup.js';

/** Databases of trial restores; the backup's id makes the name its own. */
export const TRIAL_PREFIX = 'finvera_trial_';
const trialDatabase = ({ id }: Backup) => `${TRIAL_PREFIX}${id.replaceAll('-', '')}`;

/** Proves a backup: restores it into a database of its own, compares, and drops that again. */
@Injectable()
export class VerifyBackup {
  constructor(
    private readonly store: BackupStore,
    private readonly load: LoadBackup,
    private readonly servers: ServerConnections,
  ) {}

  /** @throws DomainError 500 `backup_damaged`, `backup_differs` */
  async run(backup: Backup, { serverId, signal }: { serverId: string; signal: AbortSignal }): Promise<void> {
    try {
      await this.load.run(backup, { serverId, database: trialDatabase(backup), signal });
    } finally {
      await this.undo(backup, serverId);
    }
    await this.store.verified(backup.id);
  }

  /** Leaves no trial database. */
  async undo(backup: Backup, serverId: string): Promise<void> {
    await this.servers.use(serverId, async (session) => {
      await killConnections(session, trialDatabase(backup));
      await dropDatabase(session, trialDatabase(backup));
    });
  }
}
