import { type Actor, openSealedStream } from '@finvera/common';
import { AuditLog } from '@finvera/master-data';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { pipeline } from 'node:stream/promises';
import { DataSource } from 'typeorm';
import { feed, start } from '../dumps/client-program.js';
import { allOrFirst, backupDamaged, orDamaged } from '../dumps/load-dump.js';
import { ProvisioningConfig } from '../provisioning.config.js';
import { BackupFiles } from './backup-files.js';
import { BackupStore } from './backup-store.js';
import { FindBackups } from './find-backups.js';

/** Gives the SQL of a backup in clear, for somebody who loads it by hand. That it was asked for stands in the audit log. */
@Injectable()
export class OpenBackup {
  constructor(
    @InjectDataSource() private readonly master: DataSource,
    private readonly find: FindBackups,
    private readonly store: BackupStore,
    private readonly files: BackupFiles,
    private readonly audit: AuditLog,
    private readonly config: ProvisioningConfig,
  ) {}

  /**
   * @param sink stays open
   * @throws DomainError 404 `backup_not_found`; 500 `backup_damaged`: what was written until then is not the whole
   */
  async run(id: string, sink: NodeJS.WritableStream, actor: Actor): Promise<void> {
    const backup = await this.find.one(id);
    if (!(await this.files.isThere(backup))) throw backupDamaged('its file is missing or has another length');
    const key = await this.store.keyOf(backup);
    await this.master.transaction((tx) =>
      this.audit.record(tx, actor, {
        action: 'backup.opened',
        tenantId: backup.tenantId,
        objectType: 'backup',
        objectId: id,
        after: { kind: backup.kind, sha256: backup.sha256 },
      }),
    );
    const failed = new AbortController();
    const signal = AbortSignal.any([failed.signal, AbortSignal.timeout(this.config.DUMP_MAX_MINUTES * 60_000)]);
    try {
      const zstd = start('zstd', ['-d', '-q', '-c'], { signal });
      await allOrFirst([
        pipeline(zstd.child.stdout, sink, { signal, end: false }),
        zstd.ended,
        feed([this.files.read(backup), openSealedStream(key)], zstd, signal),
      ]);
    } catch (error) {
      failed.abort(error);
      throw orDamaged(error);
    }
  }
}
