import { ifMissing, settleFile, UNFINISHED } from '@finvera/common';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readdir, rm, rmdir, stat, statfs, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { type Readable, Transform } from 'node:stream';
import { DumpStore, type StoredFile } from './dump-store.js';

/**
 * Files of backups under one folder, which all workers must share. A file appears under its name only when it is whole
 * and on the disk. Names are `<tenant id>/<backup id>.…`.
 */
export class DumpFolder extends DumpStore {
  private readonly root: string;

  constructor(root: string) {
    super();
    this.root = resolve(root);
  }

  get place(): string {
    return this.root;
  }

  /** Writes what `fill` streams; another try under the same name begins afresh. */
  async write(name: string, fill: (sink: NodeJS.WritableStream) => Promise<void>): Promise<StoredFile> {
    const path = this.path(name);
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const hash = createHash('sha256');
    let bytes = 0;
    const meter = new Transform({
      transform(data: Buffer, _encoding, done) {
        hash.update(data);
        bytes += data.length;
        done(null, data);
      },
    });
    const file = createWriteStream(path + UNFINISHED, { mode: 0o600, flush: true });
    const written = new Promise<void>((resolved, reject) => {
      file.once('close', resolved).once('error', reject);
      meter.once('error', reject);
    });
    written.catch(() => meter.destroy());
    meter.pipe(file);
    try {
      await Promise.all([fill(meter), written]);
    } catch (error) {
      file.destroy();
      if (!file.closed) await once(file, 'close'); // it may be about to be opened, and so made, still
      await rm(path + UNFINISHED, { force: true });
      throw error;
    }
    await settleFile(path);
    return { bytes, sha256: hash.digest('hex') };
  }

  /** Writes a small text file. */
  async writeText(name: string, text: string): Promise<void> {
    const path = this.path(name);
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await writeFile(path + UNFINISHED, text, { mode: 0o600, flush: true } as never);
    await settleFile(path);
  }

  /** The stream fails with ENOENT when there is no such file. */
  read(name: string): Readable {
    return createReadStream(this.path(name));
  }

  /** Bytes; null when there is no such file. */
  async size(name: string): Promise<number | null> {
    const found = await stat(this.path(name)).catch(ifMissing(null));
    return found?.size ?? null;
  }

  /** Removes a file and what a killed try left of it; it may be gone already. */
  async remove(name: string): Promise<void> {
    const path = this.path(name);
    for (const candidate of [path, path + UNFINISHED]) await rm(candidate, { force: true }).catch(ifMissing(undefined));
    await rmdir(dirname(path)).catch(() => undefined); // when it was the last of its tenant
  }

  /** Bytes that can still be written. */
  async freeBytes(): Promise<number> {
    await mkdir(this.root, { recursive: true, mode: 0o700 });
    const { bavail, bsize } = await statfs(this.root);
    return bavail * bsize;
  }

  /** Names of all files, tenant by tenant, or of one folder; a missing folder holds none. */
  async *names(folder?: string): AsyncGenerator<string> {
    for (const tenant of folder ? [folder] : await readdir(this.root).catch(ifMissing([] as string[])))
      for (const file of await readdir(join(this.root, tenant)).catch(() => [] as string[])) yield `${tenant}/${file}`;
  }

  private path(name: string): string {
    const path = resolve(this.root, name);
    if (dirname(dirname(path)) !== this.root || basename(path).startsWith('.'))
      throw new Error(`${JSON.stringify(name)} is no name of a backup file`);
    return path;
  }
}
