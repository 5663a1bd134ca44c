import { createWriteStream } from 'node:fs';
import { mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { assertKey, assertPrefix, type ObjectStore, storeFailure } from './object-store.js';
import { ifMissing, settleFile, UNFINISHED } from './settle-file.js';

/** Objects as files under one folder. */
export class LocalObjectStore implements ObjectStore {
  private readonly root: string;

  constructor(root: string) {
    this.root = resolve(root);
  }

  async put(key: string, body: Readable): Promise<void> {
    const path = this.path(key);
    try {
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      await pipeline(body, createWriteStream(path + UNFINISHED, { mode: 0o600, flush: true }));
      await settleFile(path);
    } catch (error) {
      await rm(path + UNFINISHED, { force: true }).catch(() => undefined); // whoever sweeps tries again
      throw storeFailure(error);
    }
  }

  async get(key: string): Promise<Readable | null> {
    const path = this.path(key);
    try {
      const file = await open(path).catch(ifMissing(null));
      return file?.createReadStream() ?? null;
    } catch (error) {
      throw storeFailure(error);
    }
  }

  async size(key: string): Promise<number | null> {
    try {
      const found = await stat(this.path(key)).catch(ifMissing(null));
      return found?.size ?? null;
    } catch (error) {
      throw storeFailure(error);
    }
  }

  async *keys(prefix: string): AsyncGenerator<string> {
    assertPrefix(prefix);
    const entries = await readdir(join(this.root, prefix), { withFileTypes: true })
      .catch(ifMissing([]))
      .catch((error: unknown) => {
        throw storeFailure(error);
      });
    for (const entry of entries)
      if (entry.isDirectory()) yield* this.keys(`${prefix}${entry.name}/`);
      else if (!entry.name.endsWith(UNFINISHED)) yield prefix + entry.name;
  }

  async remove(key: string): Promise<void> {
    const path = this.path(key);
    try {
      for (const candidate of [path, path + UNFINISHED])
        await rm(candidate, { force: true }).catch(ifMissing(undefined));
    } catch (error) {
      throw storeFailure(error);
    }
  }

  async removeAll(prefix: string): Promise<void> {
    assertPrefix(prefix);
    await rm(join(this.root, prefix), { recursive: true, force: true }).catch((error: unknown) => {
      throw storeFailure(error);
    });
  }

  private path(key: string): string {
    assertKey(key);
    return join(this.root, key);
  }
}
