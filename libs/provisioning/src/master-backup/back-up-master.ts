import { type Actor, conflict, newSealKey, newUuid, SecretBox, systemActor } from '@finvera/common';
import { AuditLog, MasterConfig } from '@finvera/master-data';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { backupDiffers } from '../backups/load-backup.js';
import { orUnwritable } from '../backups/take-backup.js';
import { differencesBesideWriting, readContents } from '../dumps/database-contents.js';
import { DumpStore } from '../dumps/dump-store.js';
import { loadDump } from '../dumps/load-dump.js';
import { writeDump } from '../dumps/write-dump.js';
import { ProvisioningConfig } from '../provisioning.config.js';
import { scratchName } from '../rollouts/schema/scratch-database.js';
import { type ServerSession, withServer } from '../servers/server-connections.js';
import { createDatabase, dropDatabase, killConnections } from '../servers/tenant-database.js';
import { masterServerOf } from './master-server.js';
import { MasterBackupFiles, type MasterManifest } from './master-backup-files.js';

const LOCK = 'finvera:master-backup';

/** Backs up the master database: one snapshot, sealed, and proved by a trial restore, as companies' are. */
@Injectable()
export class BackUpMaster {
  private readonly files: MasterBackupFiles;

  constructor(
    @InjectDataSource() private readonly master: DataSource,
    private readonly masterConfig: MasterConfig,
    private readonly config: ProvisioningConfig,
    private readonly secrets: SecretBox,
    private readonly folder: DumpStore,
    private readonly audit: AuditLog,
  ) {
    this.files = new MasterBackupFiles(folder);
  }

  /** Whether the clock does it. */
  get isOn(): boolean {
    return this.config.MASTER_BACKUP_EVERY_HOURS > 0;
  }

  list(): Promise<MasterManifest[]> {
    return this.files.list();
  }

  /** By the clock: when the newest is older than `MASTER_BACKUP_EVERY_HOURS`; then old ones go. */
  async runScheduled(signal: AbortSignal): Promise<{ master_backups: number; removed: number }> {
    const [newest] = await this.files.list();
    const dueMs = this.config.MASTER_BACKUP_EVERY_HOURS * 3_600_000;
    const isDue = !newest || Date.now() - Date.parse(newest.created_at) >= dueMs;
    if (isDue) await this.run(systemActor('schedule:master-backup'), signal);
    return { master_backups: isDue ? 1 : 0, removed: await this.removeOld() };
  }

  /** @throws DomainError 409 `backup_running`; 500 `backup_differs`; 503 `backup_storage_unavailable`. Nothing is left then. */
  async run(actor: Actor, signal: AbortSignal = new AbortController().signal): Promise<MasterManifest> {
    return withServer(masterServerOf(this.masterConfig), async (session) => {
      const [row] = await session.query<{ got: string | null }>('SELECT GET_LOCK(?, 0) AS got', [LOCK]);
      if (Number(row?.got) !== 1)
        throw conflict('backup_running', 'Another backup of the master database is under way.');
      for (const id of (await this.files.ids()).unfinished) await this.files.remove(id);
      return this.take(session, actor, AbortSignal.any([signal, this.deadline()]));
    });
  }

  private async take(session: ServerSession, actor: Actor, signal: AbortSignal): Promise<MasterManifest> {
    const id = newUuid();
    const createdAt = new Date();
    const database = this.masterConfig.MASTER_DB_NAME;
    const before = await readContents(session, database);
    const key = newSealKey();
    const source = { ...masterServerOf(this.masterConfig), database, engine: before.engine };
    try {
      const file = await this.files.write(id, (sink) =>
        writeDump(source, sink, { programs: this.config.DUMP_PROGRAMS_DIR, key, signal }),
      );
      const { contents, schemaVersion, companies } = await this.prove(session, id, { before, key, signal });
      await this.files.finish({
        backup_id: id,
        created_at: createdAt.toISOString(),
        db_name: database,
        engine: before.engine,
        schema_version: schemaVersion,
        companies,
        file: {
          size_bytes: file.bytes,
          sha256: file.sha256,
          compression: 'zstd',
          sealed: 'AES-256-GCM',
          data_key: await this.secrets.encrypt(key.toString('base64')),
        },
        contents,
      });
    } catch (error) {
      await this.files.remove(id).catch(() => undefined); // the next run removes it
      throw orUnwritable(error, this.folder.place);
    }
    const manifest = await this.files.one(id);
    const { sha256 } = manifest.file;
    await this.master.transaction((tx) =>
      this.audit.record(tx, actor, {
        action: 'backup.master_taken',
        objectType: 'master_backup',
        objectId: id,
        after: { sha256, companies: manifest.companies, schema_version: manifest.schema_version },
      }),
    );
    return manifest;
  }

  /** It is written to meanwhile: those tables may have gone on, nothing else may differ. @returns what the copy holds */
  private async prove(
    session: ServerSession,
    id: string,
    { before, key, signal }: { before: MasterManifest['contents']; key: Buffer; signal: AbortSignal },
  ) {
    const trial = scratchName(Date.now(), id.slice(-12));
    const target = { ...masterServerOf(this.masterConfig), database: trial, engine: before.engine };
    try {
      await createDatabase(session, trial);
      await loadDump(this.files.read(id), target, { programs: this.config.DUMP_PROGRAMS_DIR, key, signal });
      const contents = await readContents(session, trial);
      const now = await readContents(session, this.masterConfig.MASTER_DB_NAME);
      const faults = differencesBesideWriting(before, contents, now);
      if (faults.length > 0) throw backupDiffers(faults);
      const [version] = await session.query<{ timestamp: string }>(
        'SELECT MAX(timestamp) AS timestamp FROM ??.migrations',
        [trial],
      );
      const [count] = await session.query<{ n: string }>(
        "SELECT COUNT(*) AS n FROM ??.tenant_master WHERE status <> 'deleted'",
        [trial],
      );
      return { contents, schemaVersion: version?.timestamp ?? null, companies: Number(count!.n) };
    } finally {
      await killConnections(session, trial);
      await dropDatabase(session, trial);
    }
  }

  /** The newest stays, however old it is. @returns how many went */
  async removeOld(): Promise<number> {
    const oldestMs = Date.now() - this.config.MASTER_BACKUPS_KEEP_DAYS * 86_400_000;
    const old = (await this.files.list()).slice(1).filter(({ created_at }) => Date.parse(created_at) < oldestMs);
    for (const { backup_id } of old) await this.files.remove(backup_id);
    return old.length;
  }

  private deadline(): AbortSignal {
    return AbortSignal.timeout(this.config.DUMP_MAX_MINUTES * 2 * 60_000);
  }
}
