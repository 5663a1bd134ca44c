import type { ObjectStore } from '@finvera/common';
import { createHash } from 'node:crypto';
import { Readable, Transform } from 'node:stream';
import { DumpStore, type StoredFile } from './dump-store.js';

const PREFIX = 'backups/';

/** Files of backups as objects of a bucket: an upload that is broken off leaves none. */
export class DumpBucket extends DumpStore {
  /** @param place as people know it */
  constructor(
    private readonly objects: ObjectStore,
    readonly place: string,
  ) {
    super();
  }

  async write(name: string, fill: (sink: NodeJS.WritableStream) => Promise<void>): Promise<StoredFile> {
    const hash = createHash('sha256');
    let bytes = 0;
    const meter = new Transform({
      transform(data: Buffer, _encoding, done) {
        hash.update(data);
        bytes += data.length;
        done(null, data);
      },
    });
    let refused: unknown;
    const stored = this.objects.put(PREFIX + name, meter).catch((error: unknown) => {
      if (!meter.errored) refused = error; // else whoever fills it says why
      meter.destroy(error as Error);
      throw error;
    });
    const results = await Promise.allSettled([fill(meter), stored]);
    if (refused) throw refused;
    for (const result of results) if (result.status === 'rejected') throw result.reason;
    return { bytes, sha256: hash.digest('hex') };
  }

  writeText(name: string, text: string): Promise<void> {
    return this.objects.put(PREFIX + name, Readable.from([Buffer.from(text)]));
  }

  read(name: string): Readable {
    const { objects } = this;
    return Readable.from(
      (async function* () {
        const body = await objects.get(PREFIX + name);
        if (!body) throw Object.assign(new Error(`there is no ${name}`), { code: 'ENOENT' });
        yield* body as AsyncIterable<Buffer>;
      })(),
      { objectMode: false },
    );
  }

  size(name: string): Promise<number | null> {
    return this.objects.size(PREFIX + name);
  }

  remove(name: string): Promise<void> {
    return this.objects.remove(PREFIX + name);
  }

  async freeBytes(): Promise<null> {
    return null;
  }

  async *names(folder?: string): AsyncGenerator<string> {
    for await (const key of this.objects.keys(folder ? `${PREFIX}${folder}/` : PREFIX)) yield key.slice(PREFIX.length);
  }
}
