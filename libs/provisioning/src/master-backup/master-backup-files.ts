import { conflict, notFound } from '@finvera/common';
import type { DatabaseContents } from '@finvera/master-data';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { DumpStore, StoredFile } from '../dumps/dump-store.js';

/** Beside the folders of companies, whose names are ids. */
export const MASTER_FOLDER = 'master';
const FORMAT = 1;
const DUMP = '.sql.zst.sealed';
const MANIFEST = '.json';

/** What stands beside the dump: with it and ENCRYPTION_KEY it can be opened, also when there is no master database any more. */
export interface MasterManifest {
  format: number;
  backup_id: string;
  kind: 'master';
  created_at: string;
  db_name: string;
  engine: string;
  /** of the last migration */
  schema_version: string | null;
  companies: number;
  file: { size_bytes: number; sha256: string; compression: 'zstd'; sealed: 'AES-256-GCM'; data_key: string };
  contents: DatabaseContents;
}

/** Backups of the master database. The folder alone knows of them: what is to be restored cannot be asked. */
export class MasterBackupFiles {
  constructor(private readonly folder: DumpStore) {}

  write(id: string, fill: (sink: NodeJS.WritableStream) => Promise<void>): Promise<StoredFile> {
    return this.folder.write(`${MASTER_FOLDER}/${id}${DUMP}`, fill);
  }

  read(id: string): Readable {
    return this.folder.read(`${MASTER_FOLDER}/${id}${DUMP}`);
  }

  /** Whether the dump lies there in its full length. */
  async isThere({ backup_id, file }: MasterManifest): Promise<boolean> {
    return (await this.folder.size(`${MASTER_FOLDER}/${backup_id}${DUMP}`)) === file.size_bytes;
  }

  /** From now on it is a backup. */
  async finish(manifest: Omit<MasterManifest, 'format' | 'kind'>): Promise<void> {
    const whole = { format: FORMAT, kind: 'master', ...manifest };
    await this.folder.writeText(
      `${MASTER_FOLDER}/${manifest.backup_id}${MANIFEST}`,
      `${JSON.stringify(whole, null, 2)}\n`,
    );
  }

  /** Newest first. */
  async list(): Promise<MasterManifest[]> {
    const manifests: MasterManifest[] = [];
    for (const id of (await this.ids()).finished) manifests.push(await this.one(id));
    return manifests.sort((a, b) => b.created_at.localeCompare(a.created_at));
  }

  /** @param id or `latest` @throws DomainError 404 `backup_not_found`; 409 `backup_damaged` for a manifest that cannot be read */
  async one(id: string): Promise<MasterManifest> {
    const { finished } = await this.ids();
    if (id === 'latest') {
      const [newest] = await this.list();
      if (!newest) throw notFound('backup of the master database', id, 'backup_not_found');
      return newest;
    }
    if (!finished.includes(id)) throw notFound('backup of the master database', id, 'backup_not_found');
    const json = await text(this.folder.read(`${MASTER_FOLDER}/${id}${MANIFEST}`));
    try {
      const manifest = JSON.parse(json) as MasterManifest;
      if (manifest.kind === 'master' && manifest.format === FORMAT && manifest.backup_id === id) return manifest;
    } catch {
      // said below
    }
    throw conflict('backup_damaged', `The manifest ${MASTER_FOLDER}/${id}${MANIFEST} is not what was written.`);
  }

  /** Dump and manifest; half a backup as well. */
  async remove(id: string): Promise<void> {
    await this.folder.remove(`${MASTER_FOLDER}/${id}${MANIFEST}`);
    await this.folder.remove(`${MASTER_FOLDER}/${id}${DUMP}`);
  }

  /** Those with a manifest, and those that a killed run left without. */
  async ids(): Promise<{ finished: string[]; unfinished: string[] }> {
    const [finished, all] = [new Set<string>(), new Set<string>()];
    for await (const name of this.folder.names(MASTER_FOLDER)) {
      const file = name.slice(MASTER_FOLDER.length + 1);
      const id = file.split('.')[0]!;
      all.add(id);
      if (file === `${id}${MANIFEST}`) finished.add(id);
    }
    return { finished: [...finished], unfinished: [...all].filter((id) => !finished.has(id)) };
  }
}
